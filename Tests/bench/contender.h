/*
 * One library that verifies tokens, as the benchmark of new tokens drives it. Each does what a server has to: the key is
 * the one the header's kid names, its algorithm is the key's and not the sender's choice, iss, aud, exp and nbf are right,
 * and the scope is one of those granted, not a part of one.
 */
#ifndef CONTENDER_H
#define CONTENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct contender {
  const char *name;
  /* what it does beside the signature, for the table */
  const char *checks;
  /* Keeps what can be kept for one algorithm's key; false when the library does not know the algorithm. */
  bool (*prepare)(const char *algorithm, const char *pem, const char *jwk, const char *jwks);
  /* One token from text to an answer; aborts unless it is valid. */
  void (*verify)(const char *token, size_t len);
};

/* Whether a list of words between spaces holds this one. */
static inline bool has_word(const char *words, const char *word) {
  size_t len = strlen(word);
  while (words) {
    size_t end = strcspn(words, " ");
    if (end == len && memcmp(words, word, len) == 0) return true;
    words = words[end] ? words + end + 1 : NULL;
  }
  return false;
}

/* Whether a token's kid is that of the key for this algorithm; the keys of make_tokens are called bench-RS256 and so on. */
static inline bool names_key(const char *kid, const char *algorithm) {
  return kid && strncmp(kid, "bench-", 6) == 0 && strcmp(kid + 6, algorithm) == 0;
}

extern const struct contender contender_libjwt, contender_cjose, contender_rhonabwy;

#endif
