/* In place of the fuzzer: gives the program each of the files it is called with, once. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
    perror(path);
    exit(2);
  }
  long size = ftell(file);
  rewind(file);
  /* Exactly as large as the input, so that a sanitizer sees a byte too many being read. */
  uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
  if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size) {
    perror(path);
    exit(2);
  }
  fclose(file);
  LLVMFuzzerTestOneInput(data, (size_t)size);
  free(data);
}

int main(int count, char **paths) {
  for (int i = 1; i < count; i++) replay(paths[i]);
  printf("ok - %s, %d inputs\n", paths[0], count - 1);
  return count > 1 ? 0 : 2;
}
