/* A sandbox that forbids what libcrypto's random generator is seeded with: what the operator is told (M10 of the faults in use). */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "fixture.h"
#include "forking.h"

enum { TOLD = 0, NOT_TOLD = 1, NO_SANDBOX = 2 };

/* From now on getrandom fails with EPERM and no file can be opened. */
static bool enter_sandbox(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {sizeof code / sizeof *code, code};
  const struct rlimit none = {0, 0};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 &&
         setrlimit(RLIMIT_NOFILE, &none) == 0;
}

/* Does not return: its exit status says how it went. */
static void make_a_verifier_in_a_sandbox(void *argument) {
  mcpauth_config *config = argument;
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *err = NULL;
  do_not_look_for_leaks();
  if (!enter_sandbox()) _exit(NO_SANDBOX);
  const mcpauth_result result = mcpauth_verifier_new(config, &verifier, &err);
  const char *message = mcpauth_error_message(err).data;
  _exit(result == MCPAUTH_ERR_INTERNAL && strstr(message, "getrandom") && strstr(message, "sandbox") ? TOLD : NOT_TOLD);
}

static void M10_a_generator_without_a_seed_names_getrandom(void) {
  FORKING_CASE();
  mcpauth_config *config = fixture_config(NULL);
  const int status = status_of_child(make_a_verifier_in_a_sandbox, config);
  if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SANDBOX)
    puts("# this machine allows no seccomp filter: not tried");
  else
    CHECK_INT(WIFEXITED(status) ? WEXITSTATUS(status) : -1, TOLD);
  mcpauth_config_free(config);
}

CHECK_MAIN(CASE(M10_a_generator_without_a_seed_names_getrandom))
