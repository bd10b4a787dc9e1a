/* A case that waits for what does not come: shows that this is noticed. */
#define CASE_SECONDS 1
#include "check.h"

static void waits_for_ever(void) {
  for (;;) pause();
}

CHECK_MAIN(CASE(waits_for_ever))
