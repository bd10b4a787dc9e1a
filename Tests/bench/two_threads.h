/*
 * How much two threads verify in the time in which one does: each on a processor of its own.
 *
 * Given by the clock on the wall, which needs two processors with nothing else to do, and by processor time per call, which
 * does not see waiting: so the waits are counted, too.
 */
#ifndef TWO_THREADS_H
#define TWO_THREADS_H

#include "bench.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

struct two_threads {
  const mcpauth_verifier *verifier;
  const mcpauth_str *fields; /* of the first thread, then of the second; or of both */
  size_t tokens;             /* of each thread */
  int same_tokens;           /* both threads have the same */
  int calls;
};

struct thread_run {
  double wall_rate, cpu_rate; /* calls per microsecond of all threads together */
  double ns;                  /* of the processor, per call */
  long waits;
};

struct worker {
  const struct two_threads *job;
  const mcpauth_str *fields;
  pthread_barrier_t *barrier;
  pthread_t thread;
  int cpu;
  double wall_ns, cpu_ns;
  long waits;
};

static inline long waits_so_far(void) {
  struct rusage usage;
  CHECK(getrusage(RUSAGE_THREAD, &usage) == 0);
  return usage.ru_nvcsw;
}

/* Each worker has its processor, as a scheduler that puts both on one would measure itself. */
static void *work(void *argument) {
  struct worker *me = argument;
  const struct two_threads *job = me->job;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(me->cpu, &cpus);
  sched_setaffinity(0, sizeof cpus, &cpus);
  for (size_t i = 0; i < job->tokens; i++) CHECK(authorize(job->verifier, &me->fields[i]) == MCPAUTH_OK);
  pthread_barrier_wait(me->barrier);
  long waits = waits_so_far();
  double wall = now_ns(), cpu = cpu_ns();
  size_t at = 0;
  for (int i = 0; i < job->calls; i++) {
    CHECK(authorize(job->verifier, &me->fields[at]) == MCPAUTH_OK);
    if (++at == job->tokens) at = 0;
  }
  me->cpu_ns = (cpu_ns() - cpu) / job->calls;
  me->wall_ns = (now_ns() - wall) / job->calls;
  me->waits = waits_so_far() - waits;
  return NULL;
}

static inline struct thread_run run_threads(const struct two_threads *job, int threads) {
  struct worker workers[2];
  struct thread_run result = {0};
  pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, NULL, (unsigned)threads);
  for (int i = 0; i < threads; i++) {
    const mcpauth_str *fields = job->fields + (job->same_tokens ? 0 : (size_t)i * job->tokens);
    workers[i] = (struct worker){.job = job, .fields = fields, .barrier = &barrier, .cpu = i};
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

/* One thread and two, round by round. Prints a member of a JSON object. */
static inline void compare_threads(const char *name, struct two_threads job, size_t rounds) {
  double *ns = calloc(rounds, sizeof *ns), *wall = calloc(rounds, sizeof *wall), *cpu = calloc(rounds, sizeof *cpu);
  long waits = 0;
  CHECK(ns && wall && cpu);
  for (size_t round = 0; round < rounds; round++) {
    struct thread_run one = run_threads(&job, 1), two = run_threads(&job, 2);
    ns[round] = one.ns;
    wall[round] = two.wall_rate / one.wall_rate;
    cpu[round] = two.cpu_rate / one.cpu_rate;
    waits += two.waits;
  }
  printf("\"%s\":{\"waits_per_million_calls\":%.2f", name, (double)waits * 1e6 / ((double)rounds * 2 * job.calls));
  print_spread("ns", ns, rounds);
  print_spread("two_threads_by_wall", wall, rounds);
  print_spread("two_threads_by_cpu", cpu, rounds);
  printf("}");
  free(ns), free(wall), free(cpu);
}

#endif
