/*
 * known_token.c: what a token costs that was seen before: the whole of mcpauth_authorize, from the header to a usable
 * authinfo and back.
 *
 * usage: known_token DIRECTORY ROUNDS   prints one JSON object
 *
 * ns is of the thread's processor. How two threads compare with one is given by the clock on the wall, which needs a quiet
 * machine, and by processor time per call, which does not see waiting: so the waits are counted, too.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

enum { CALLS = 200000, MOST_TOKENS = 1000, MOST_THREADS = 2 };

struct run {
  double wall_rate, cpu_rate; /* calls per microsecond of all threads together */
  double ns;                  /* of the processor, per call */
  long waits;
};

struct worker {
  pthread_t thread;
  int cpu;
  size_t first, tokens;
  double wall_ns, cpu_ns;
  long waits;
};

static mcpauth_verifier *verifier;
static mcpauth_str fields[MOST_TOKENS];
static pthread_barrier_t barrier;

static long waits_so_far(void) {
  struct rusage usage;
  CHECK(getrusage(RUSAGE_THREAD, &usage) == 0);
  return usage.ru_nvcsw;
}

/* Each worker has its processor, as a scheduler that puts both on one would measure itself. */
static void *work(void *argument) {
  struct worker *me = argument;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(me->cpu, &cpus);
  sched_setaffinity(0, sizeof cpus, &cpus);
  for (size_t i = 0; i < me->tokens; i++) CHECK(authorize(verifier, &fields[me->first + i]) == MCPAUTH_OK);
  pthread_barrier_wait(&barrier);
  long waits = waits_so_far();
  double wall = now_ns(), cpu = cpu_ns();
  size_t at = 0;
  for (int i = 0; i < CALLS; i++) {
    CHECK(authorize(verifier, &fields[me->first + at]) == MCPAUTH_OK);
    if (++at == me->tokens) at = 0;
  }
  me->cpu_ns = (cpu_ns() - cpu) / CALLS;
  me->wall_ns = (now_ns() - wall) / CALLS;
  me->waits = waits_so_far() - waits;
  return NULL;
}

static struct run run(int threads, int same_token, size_t tokens) {
  struct worker workers[MOST_THREADS];
  struct run result = {0};
  pthread_barrier_init(&barrier, NULL, (unsigned)threads);
  for (int i = 0; i < threads; i++) {
    workers[i] = (struct worker){.cpu = i, .first = same_token ? 0 : (size_t)i * tokens, .tokens = tokens};
    CHECK(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
  }
  for (int i = 0; i < threads; i++) {
    pthread_join(workers[i].thread, NULL);
    result.wall_rate += 1e3 / workers[i].wall_ns;
    result.cpu_rate += 1e3 / workers[i].cpu_ns;
    result.ns += workers[i].cpu_ns / threads;
    result.waits += workers[i].waits;
  }
  pthread_barrier_destroy(&barrier);
  return result;
}

/* One thread and two, round by round. */
static void compare(const char *name, int same_token, size_t tokens, size_t rounds) {
  double *ns = calloc(rounds, sizeof *ns), *wall = calloc(rounds, sizeof *wall), *cpu = calloc(rounds, sizeof *cpu);
  long waits = 0;
  CHECK(ns && wall && cpu);
  for (size_t round = 0; round < rounds; round++) {
    struct run one = run(1, same_token, tokens), two = run(2, same_token, tokens);
    ns[round] = one.ns;
    wall[round] = two.wall_rate / one.wall_rate;
    cpu[round] = two.cpu_rate / one.cpu_rate;
    waits += two.waits;
  }
  printf("\"%s\":{\"waits_per_million_calls\":%.2f", name, (double)waits * 1e6 / ((double)rounds * 2 * CALLS));
  print_spread("ns", ns, rounds);
  print_spread("two_threads_by_wall", wall, rounds);
  print_spread("two_threads_by_cpu", cpu, rounds);
  printf("}");
  free(ns), free(wall), free(cpu);
}

int main(int argc, char **argv) {
  CHECK(argc == 3);
  size_t len = 0, rounds = (size_t)atoi(argv[2]);
  char *token = read_file(argv[1], "RS256.token", &len), *jwks = read_file(argv[1], "jwks.json", NULL);
  CHECK(rounds > 0);
  printf("{\"token_bytes\":%zu,", len);

  verifier = make_verifier(make_config(jwks, 2000));
  fields[0] = bearer_field(token, len);
  compare("same_token", 1, 1, rounds);
  mcpauth_verifier_free(verifier);

  verifier = make_verifier(make_config(NULL, 2000));
  for (size_t i = 0; i < MOST_TOKENS; i++) {
    char *made = hs256_token(i, 375, &len);
    fields[i] = bearer_field(made, len);
    free(made);
  }
  printf(",");
  compare("other_tokens", 0, MOST_TOKENS / 2, rounds);
  mcpauth_verifier_free(verifier);
  printf("}\n");
  return 0;
}
