/*
 * Breaks the header's rule for handles that are not const, two threads on one configuration at once, so that a run shows
 * that ThreadSanitizer sees into the engine.
 */
#include <mcpauth.h>
#include <pthread.h>
#include <stdio.h>

static void *change(void *config) {
  mcpauth_result result = MCPAUTH_OK;
  for (uint32_t i = 0; i < 1000 && result == MCPAUTH_OK; i++)
    result = mcpauth_config_set_leeway_seconds(config, i % 300);
  return result == MCPAUTH_OK ? NULL : config;
}

int main(void) {
  mcpauth_config *config;
  pthread_t other;
  if (mcpauth_config_new("https://mcp.example.com", &config) != MCPAUTH_OK) return 2;
  if (pthread_create(&other, NULL, change, config) != 0) return 2;
  change(config);
  pthread_join(other, NULL);
  mcpauth_config_free(config);
  puts("nobody saw it");
  return 0;
}
