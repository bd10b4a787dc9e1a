/*
 * Keys and signed tokens for the tests, made with OpenSSL alone: independent of the library that is tested.
 * What cannot be made ends the program, so that callers need no error handling.
 */
#ifndef TOKENS_H
#define TOKENS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct signing_key signing_key;

signing_key *signing_key_rsa(unsigned bits);
signing_key *signing_key_ec(const char *curve); /* "P-256", "P-384", "P-521" */
signing_key *signing_key_ed25519(void);
void signing_key_free(signing_key *key);

/* The public JWK as JSON text; kid, alg and further members (such as "\"use\":\"enc\"") may be NULL. To be freed. */
char *signing_key_jwk(const signing_key *key, const char *kid, const char *alg, const char *more);
/* {"keys":[...]} of one JWK. To be freed. */
char *signing_key_jwks(const signing_key *key, const char *kid, const char *alg);
/* PEM of the public or of the private key. To be freed. */
char *signing_key_public_pem(const signing_key *key);
char *signing_key_private_pem(const signing_key *key);
/* PEM of a self-signed certificate. To be freed. */
char *signing_key_certificate_pem(const signing_key *key);

/* base64url(header) "." base64url(payload) "." base64url(signature by alg). To be freed. */
char *sign_token(const signing_key *key, const char *alg, const char *header_json, const char *payload_json);

/* The same by HMAC with SHA-256, whatever the header says. To be freed. */
char *sign_token_hmac(const char *secret, size_t secret_len, const char *header_json, const char *payload_json);

/* Unpadded base64url. To be freed. */
char *base64url(const void *bytes, size_t len);

/* printf into fresh memory. To be freed. */
char *format(const char *printf_text, ...) __attribute__((format(printf, 1, 2)));

/* text with every occurrence of mark replaced by value. To be freed. */
char *replaced(const char *text, const char *mark, const char *value);

#ifdef __cplusplus
}
#endif

#endif /* TOKENS_H */
