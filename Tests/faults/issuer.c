#include "issuer.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "fault_injection.h"
#include "tokens.h"

static struct {
  FILE *commands, *answers;
  pid_t pid;
  char url[64], directory[512];
  unsigned canary_port;
  signing_key *keys[KEY_COUNT];
} issuer;

/* ---- the process ------------------------------------------------------------------------------------------------ */

void issuer_start(const char *program, const char *directory) {
  int to[2], from[2];
  if (pipe(to) != 0 || pipe(from) != 0 || (issuer.pid = fork()) < 0) exit(1);
  if (issuer.pid == 0) {
    dup2(to[0], 0);
    dup2(from[1], 1);
    for (int i = 0; i < 2; i++) close(to[i]), close(from[i]);
    execlp("python3", "python3", program, directory, (char *)NULL);
    _exit(127);
  }
  close(to[0]);
  close(from[1]);
  issuer.commands = fdopen(to[1], "w");
  issuer.answers = fdopen(from[0], "r");
  char line[64];
  unsigned port;
  if (fgets(line, sizeof line, issuer.answers) == NULL || sscanf(line, "%u %u", &port, &issuer.canary_port) != 2) {
    fprintf(stderr, "fault_injection: %s did not start\n", program);
    exit(1);
  }
  snprintf(issuer.url, sizeof issuer.url, "https://localhost:%u", port);
  snprintf(issuer.directory, sizeof issuer.directory, "%s", directory);
  for (int i = 0; i < KEY_COUNT; i++) issuer.keys[i] = signing_key_ec("P-256");
}

void issuer_stop(void) {
  fclose(issuer.commands);
  fclose(issuer.answers);
  waitpid(issuer.pid, NULL, 0);
  for (int i = 0; i < KEY_COUNT; i++) signing_key_free(issuer.keys[i]);
}

const char *issuer_url(void) { return issuer.url; }
const char *issuer_directory(void) { return issuer.directory; }
unsigned issuer_canary_port(void) { return issuer.canary_port; }

static const char *answer_to(const char *command) {
  static char answer[256];
  fprintf(issuer.commands, "%s\n", command);
  fflush(issuer.commands);
  if (fgets(answer, sizeof answer, issuer.answers) == NULL) {
    fprintf(stderr, "fault_injection: the issuer server is gone\n");
    exit(1);
  }
  return answer;
}

void issuer_obey(const char *command, ...) {
  char text[4096];
  va_list arguments;
  va_start(arguments, command);
  vsnprintf(text, sizeof text, command, arguments);
  va_end(arguments);
  const char *answer = answer_to(text);
  if (strcmp(answer, "ok\n") != 0) CHECK_FAIL("the server answers %s to %s", answer, text);
}

issuer_hits issuer_asked(void) {
  issuer_hits hits = {0};
  if (sscanf(answer_to("hits"), "%u %u %u %u %u", &hits.metadata, &hits.keys, &hits.canary, &hits.connections,
             &hits.faults) != 5)
    CHECK_FAIL("the server does not say what it was asked");
  return hits;
}

/* ---- keys and tokens -------------------------------------------------------------------------------------------- */

char *issuer_public_jwk(int key) {
  char *kid = format("k%d", key), *jwk = signing_key_jwk(issuer.keys[key], kid, "ES256", NULL);
  free(kid);
  return jwk;
}

void issuer_publish(int first, int count, const char *more) {
  char *jwks = format("jwks {\"keys\":[");
  for (int i = first; i < first + count; i++) {
    char *jwk = issuer_public_jwk(i), *longer = format("%s%s%s", jwks, i > first ? "," : "", jwk);
    free(jwk), free(jwks);
    jwks = longer;
  }
  issuer_obey("%s%s]}", jwks, more);
  free(jwks);
}

char *issuer_token(int key, int kid, long issued, long expires) {
  const long now = (long)time(NULL);
  char *header = format("{\"alg\":\"ES256\",\"kid\":\"k%d\"}", kid);
  char *claims = format("{\"iss\":\"%s\",\"sub\":\"alice\",\"aud\":\"%s\",\"iat\":%ld,\"exp\":%ld}", issuer.url,
                        RESOURCE, now + issued, now + expires);
  char *token = sign_token(issuer.keys[key], "ES256", header, claims);
  free(header), free(claims);
  return token;
}

char *issuer_token_of(const char *iss) {
  char *claims =
      format("{\"iss\":\"%s\",\"sub\":\"alice\",\"aud\":\"%s\",\"exp\":%ld}", iss, RESOURCE, (long)time(NULL) + 60);
  char *token = sign_token(issuer.keys[FIRST_KEY], "ES256", "{\"alg\":\"ES256\",\"kid\":\"k0\"}", claims);
  free(claims);
  return token;
}
