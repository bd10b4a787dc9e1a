/* Writes past the end of a block on purpose, so that a run shows that AddressSanitizer is linked in. */
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  (void)argv;
  char *block = malloc(8);
  memset(block, 'x', 8 + (size_t)argc);
  const char written = block[7];
  free(block);
  return written != 'x';
}
