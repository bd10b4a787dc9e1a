/*
 * client_documents.c: client ID metadata documents (draft-ietf-oauth-client-id-metadata-document): the client's ID is an
 * https URL, and what stands there describes the client. Fetched by libcurl, without redirects, within 5 seconds and
 * 16 KiB, and never from this machine or a private network: the URL comes from whoever asks (SSRF). For tests,
 * --http-client-documents takes http URLs on loopback too.
 */
#include "issuer.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_URL_BYTES = 512, KEPT_SECONDS = 900 };

/* A URL with a path, and without user, query, fragment or dot segments. */
bool is_client_document_url(const char *client_id, bool http_on_loopback) {
  if (strlen(client_id) > MAX_URL_BYTES || !redirect_uri_is_acceptable(client_id)) return false;
  const bool https = strncmp(client_id, "https://", 8) == 0;
  if (!https && !(http_on_loopback && is_loopback_http(client_id))) return false;
  const char *path = strchr(client_id + (https ? 8 : 7), '/');
  return path != NULL && path[1] != '\0' && strstr(path, "/./") == NULL && strstr(path, "/../") == NULL &&
         strchr(path, '?') == NULL;
}

static bool is_public_ipv4(uint32_t address) {
  const unsigned a = address >> 24, b = address >> 16 & 0xff;
  return a != 0 && a != 10 && a != 127 && !(a == 100 && (b & 0xc0) == 64) && !(a == 169 && b == 254) &&
         !(a == 172 && (b & 0xf0) == 16) && !(a == 192 && b == 168) && !(a == 192 && b == 0) && a < 224;
}

static bool is_public(const struct sockaddr *address) {
  if (address->sa_family == AF_INET) {
    return is_public_ipv4(ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
  }
  if (address->sa_family != AF_INET6) return false;
  const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
  return (six->s6_addr[0] & 0xe0) ==
         0x20; /* 2000::/3, the global unicast addresses: no mapped, local, multicast ones */
}

/* Called with each address before it is connected to, so that no name can lead to a private one. */
static curl_socket_t open_socket(void *allow_loopback, curlsocktype purpose, struct curl_sockaddr *address) {
  const bool allowed = *(const bool *)allow_loopback || is_public(&address->addr);
  return purpose == CURLSOCKTYPE_IPCXN && allowed ? socket(address->family, address->socktype, address->protocol)
                                                  : CURL_SOCKET_BAD;
}

struct document {
  char bytes[MAX_BODY_BYTES];
  size_t len;
};

static size_t receive(char *data, size_t size, size_t count, void *userdata) {
  struct document *document = userdata;
  const size_t len = size * count;
  if (len > sizeof document->bytes - document->len) return 0; /* ends the transfer */
  memcpy(document->bytes + document->len, data, len);
  document->len += len;
  return len;
}

/* NULL, or why there is no document. */
static const char *fetch(const char *url, bool http_on_loopback, struct document *document) {
  long status = 0;
  bool on_loopback = http_on_loopback && is_loopback_http(url);
  CURL *curl = curl_easy_init();
  if (curl == NULL) return "no memory";
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, on_loopback ? "http" : "https");
  curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* a proxy would resolve the name, past open_socket */
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 5L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, document);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &on_loopback);
  const CURLcode result = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(curl);
  if (result != CURLE_OK) return curl_easy_strerror(result);
  return status == 200 ? NULL : "its status is not 200";
}

/* The client that the document describes; NULL with why when it is not the client's own, or not fit. */
static json_t *read_document(const struct document *document, const char *client_id, const char **why) {
  const char *error = NULL;
  json_t *metadata = json_loadb(document->bytes, document->len, JSON_REJECT_DUPLICATES, NULL), *client = NULL;
  const char *own = text_of(metadata, "client_id"), *method = text_of(metadata, "token_endpoint_auth_method");
  *why = NULL;
  if (metadata == NULL) {
    *why = "it is no JSON object";
  } else if (own == NULL || strcmp(own, client_id) != 0) {
    *why = "its client_id is not its own URL";
  } else if (json_object_get(metadata, "client_secret") != NULL || (method != NULL && strcmp(method, "none") != 0)) {
    *why = "such a client has no secret here: token_endpoint_auth_method has to be none";
  } else if (json_object_set_new(metadata, "token_endpoint_auth_method", json_string("none")) == 0) {
    client = client_from_metadata(metadata, &error, why);
    if (json_object_set_new(client, "client_id", json_string(client_id)) != 0) {
      json_decref(client);
      client = NULL;
    }
  }
  json_decref(metadata);
  return client;
}

static bool is_kept(struct issuer *issuer, const char *client_id) {
  pthread_mutex_lock(&issuer->lock);
  const bool kept = client_find(issuer, client_id) != NULL;
  pthread_mutex_unlock(&issuer->lock);
  return kept;
}

/*
 * Fetches the document of the client that the request names, when its ID is such a URL and its document is not at hand.
 * Leaves client or error in exchange. To be called without the lock: it waits for the network.
 */
void client_document_fetch(struct issuer *issuer, struct exchange *exchange) {
  char *client_id = client_id_of(exchange);
  struct document *document = NULL;
  const char *why = NULL;
  if (client_id != NULL && is_client_document_url(client_id, issuer->options.http_client_documents) &&
      !is_kept(issuer, client_id) && (document = malloc(sizeof *document)) != NULL) {
    document->len = 0;
    why = fetch(client_id, issuer->options.http_client_documents, document);
    if (why == NULL) exchange->client_document = read_document(document, client_id, &why);
    if (exchange->client_document == NULL) {
      exchange->client_document_error =
          joined("the client's metadata document cannot be used", ": ", why != NULL ? why : "no memory");
    }
  }
  free(document);
  free(client_id);
}

/* With the lock: remembers what was fetched, for as long as a login takes. */
bool client_document_keep(struct issuer *issuer, const struct exchange *exchange) {
  const int64_t now = issuer_now(issuer);
  if (exchange->client_document == NULL) return true;
  return store_put(&issuer->clients, text_of(exchange->client_document, "client_id"),
                   json_incref(exchange->client_document), now, now + KEPT_SECONDS);
}
