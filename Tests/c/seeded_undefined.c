/* Overflows an int on purpose, so that a run shows that UndefinedBehaviorSanitizer is linked in. */
#include <limits.h>

int main(int argc, char **argv) {
  (void)argv;
  volatile int number = INT_MAX;
  number += argc;
  return number == 0;
}
