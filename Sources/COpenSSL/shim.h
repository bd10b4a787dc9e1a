#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
/* Macros that Swift does not import. */
enum { mcpauth_EVP_PKEY_PUBLIC_KEY = EVP_PKEY_PUBLIC_KEY };
enum { mcpauth_ERR_R_MALLOC_FAILURE = ERR_R_MALLOC_FAILURE };

static inline int mcpauth_error_reason(unsigned long code) { return ERR_GET_REASON(code); }

/* Whether this thread has an error queue, which is made at the first use, if there is memory for it. Deprecated is what can
 * be done with the result. */
static inline int mcpauth_has_error_queue(void) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  return ERR_get_state() != 0;
#pragma GCC diagnostic pop
}
