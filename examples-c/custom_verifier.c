/*
 * custom_verifier.c: API keys instead of JSON Web Tokens. The program looks a key up in its own table and says what it
 * found; the library does the rest: the Authorization header, the audience, the expiry, the scopes, the HTTP answer.
 *
 * pkg-config: libcrypto
 * build:  cc -std=c11 custom_verifier.c -o custom_verifier $(pkg-config --cflags --libs mcpauth libcrypto)
 * usage:  custom_verifier [KEY]...
 *
 *   KEY   is sent as `Authorization: Bearer KEY`; the exit status is 1 when one of them is refused
 *
 * Without a key, built-in sample requests are judged, and the exit status is 1 when one of them has an outcome other
 * than the one the table below expects.
 */
#include <mcpauth.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define RESOURCE "https://mcp.example.com/mcp"
#define REQUIRED_SCOPE "tools:call"

enum { HEX_LEN = 64 };

/*
 * What a service keeps about its keys: not the keys, but their SHA-256 (`printf %s KEY | sha256sum`), so that whoever
 * reads this table cannot use it. One round of a fast hash is right for keys made by a random generator, with 128 bits
 * or more; it would be wrong for passwords.
 */
struct api_key {
  const char *sha256_hex;
  const char *owner, *client;
  const char *scopes[3];
  int64_t expires_at; /* seconds since 1970; 0: never */
  bool revoked;
};

static const struct api_key keys[] = {
    {"afde57d8d8feb39bb6c19c72ee94d80cfeee234869c291c0c6dbc4f37012e463",
     "alice",
     "ci",
     {"tools:list", "tools:call"},
     0,
     false},
    {"a42807ca11675cd8ca0b837a99ba7d538393cea598a27d2a324ca014d8bc56ca", "bob", "laptop", {"tools:list"}, 0, false},
    {"4eeb198774d31a6a1f0bb91a07f148416735d4e50f80a19aa5b83b4694972f92", "carol", "laptop", {"tools:call"}, 0, true},
    {"40e461671437103b9bee1bfe0b8f5347c70ab90d24ab9ca38ad4f49f88a0bc28",
     "dave",
     "ci",
     {"tools:call"},
     1735689600,
     false},
};

static const struct sample {
  const char *sent, *authorization; /* NULL: no such header field */
  int expected_status;
} samples[] = {
    {"a good key", "Bearer alice-key-7Qx2mV9pLr4T", 200},
    {"a key that may not call tools", "Bearer bob-key-Zk81nWc5RtYe", 403},
    {"a revoked key", "Bearer carol-key-0HdJ6sPv3QaB", 401},
    {"a key that expired in 2025", "Bearer dave-key-M4gU8yXf2NiK", 401},
    {"an unknown key", "Bearer mallory-key-000000000000", 401},
    {"a good key, one letter changed", "Bearer alice-key-7Qx2mV9pLr4U", 401},
    {"another scheme", "Basic YWxpY2U6c2VjcmV0", 401},
    {"two keys at once", "Bearer alice-key-7Qx2mV9pLr4T bob-key-Zk81nWc5RtYe", 400},
    {"no key", NULL, 401},
};

/* SHA-256 of the token in lower-case hexadecimal. */
static bool hash(const char *token, size_t len, char hex[HEX_LEN + 1]) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(token, len, digest, &size, EVP_sha256(), NULL) != 1 || size * 2 != HEX_LEN) return false;
  for (unsigned int i = 0; i < size; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
  return true;
}

/* Compares with every entry, and each in constant time: how long it takes tells nothing about the keys that exist. */
static const struct api_key *find(const char *hex) {
  const struct api_key *found = NULL;
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    if (CRYPTO_memcmp(hex, keys[i].sha256_hex, HEX_LEN) == 0) found = &keys[i];
  }
  return found;
}

static mcpauth_result refuse(mcpauth_authinfo_builder *builder, mcpauth_result result, const char *why) {
  mcpauth_authinfo_builder_set_message(builder, why, strlen(why)); /* for the log only */
  return result;
}

/*
 * The custom verifier. It may run on several threads at once: it only reads. A database that does not answer is
 * MCPAUTH_ERR_CALLBACK_FAILED, which the client sees as 503; answering "rejected" would log every user out.
 */
static mcpauth_result look_up(void *userdata, const char *token, size_t token_len, mcpauth_authinfo_builder *builder) {
  const char *resource = userdata;
  char hex[HEX_LEN + 1];
  if (!hash(token, token_len, hex)) return refuse(builder, MCPAUTH_ERR_CALLBACK_FAILED, "SHA-256 is not available");
  const struct api_key *key = find(hex);
  if (key == NULL) return refuse(builder, MCPAUTH_ERR_TOKEN_REJECTED, "no such API key");
  if (key->revoked) return refuse(builder, MCPAUTH_ERR_TOKEN_INACTIVE, "the API key was revoked");

  /* These keys are for this server only, so that is their audience. Expiry and scopes are judged by the library. */
  mcpauth_authinfo_builder_set_subject(builder, key->owner, strlen(key->owner));
  mcpauth_authinfo_builder_set_client_id(builder, key->client, strlen(key->client));
  mcpauth_authinfo_builder_add_audience(builder, resource, strlen(resource));
  for (size_t i = 0; i < 3 && key->scopes[i] != NULL; i++) {
    mcpauth_authinfo_builder_add_scope(builder, key->scopes[i], strlen(key->scopes[i]));
  }
  if (key->expires_at > 0) mcpauth_authinfo_builder_set_expires_at(builder, key->expires_at);
  return MCPAUTH_OK; /* unless one of these failed: the library knows */
}

/* The configuration keeps the first failure of a setter, and mcpauth_verifier_new reports it. */
static mcpauth_verifier *make_verifier(char *resource) {
  mcpauth_config *config = NULL;
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *err = NULL;
  mcpauth_config_new(resource, &config);
  mcpauth_config_set_custom_verifier(config, look_up, resource, NULL);
  mcpauth_config_add_required_scope(config, REQUIRED_SCOPE);
  const mcpauth_result r = mcpauth_verifier_new(config, &verifier, &err);
  if (r != MCPAUTH_OK) fprintf(stderr, "custom_verifier: %s\n", mcpauth_error_message(err).data);
  mcpauth_error_free(err);
  mcpauth_config_free(config);
  return verifier;
}

/* Judges one request as a server does, prints the outcome, and returns the HTTP status. */
static int judge(const mcpauth_verifier *verifier, const char *sent, const char *authorization) {
  const mcpauth_str value = {authorization, authorization != NULL ? strlen(authorization) : 0};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info = NULL;
  mcpauth_response *denial = NULL;
  int status = 200;
  request.authorization = &value;
  request.authorization_count = authorization != NULL ? 1 : 0;

  const mcpauth_result result = mcpauth_authorize(verifier, &request, &info, &denial);
  if (result == MCPAUTH_OK) {
    printf("%-32s 200 %s, from %s, may", sent, mcpauth_authinfo_subject(info).data,
           mcpauth_authinfo_client_id(info).data);
    for (size_t i = 0; i < mcpauth_authinfo_scope_count(info); i++) {
      printf(" %s", mcpauth_authinfo_scope_at(info, i).data);
    }
    printf("\n");
  } else {
    status = mcpauth_response_status(denial);
    printf("%-32s %d %s: %s\n", sent, status, mcpauth_result_name(result),
           mcpauth_error_message(mcpauth_response_error(denial)).data);
  }
  mcpauth_authinfo_free(info);
  mcpauth_response_free(denial);
  return status;
}

int main(int argc, char **argv) {
  static char resource[] = RESOURCE;
  int failed = 0;
  mcpauth_verifier *verifier = make_verifier(resource);
  if (verifier == NULL) return 2;

  for (int i = 1; i < argc; i++) {
    char authorization[1024];
    const int len = snprintf(authorization, sizeof authorization, "Bearer %s", argv[i]);
    if (len < 0 || (size_t)len >= sizeof authorization) {
      printf("key %d is longer than any key of this service\n", i);
      failed = 1;
      continue;
    }
    char name[16];
    snprintf(name, sizeof name, "key %d", i);
    if (judge(verifier, name, authorization) != 200) failed = 1;
  }
  for (size_t i = 0; argc == 1 && i < sizeof samples / sizeof samples[0]; i++) {
    const int status = judge(verifier, samples[i].sent, samples[i].authorization);
    if (status == samples[i].expected_status) continue;
    printf("^ expected %d\n", samples[i].expected_status);
    failed = 1;
  }
  mcpauth_verifier_free(verifier);
  return failed;
}
