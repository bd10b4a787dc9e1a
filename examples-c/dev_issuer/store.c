/*
 * store.c: bounded tables of records that expire. All that the issuer remembers is in memory, in tables of this kind,
 * and gone when it ends. A full table forgets its oldest record, so that a client in a loop cannot fill the memory.
 */
#include "issuer.h"

/* jansson iterates over an object in the order of insertion: the first record is the oldest. */
static void drop_expired(struct store *store, int64_t now) {
  const char *key = NULL;
  json_t *record = NULL;
  void *next = NULL;
  json_object_foreach_safe(store->records, next, key, record) {
    if (json_integer_value(json_object_get(record, "expires")) <= now) json_object_del(store->records, key);
  }
}

bool store_open(struct store *store, size_t capacity) {
  store->records = json_object();
  store->capacity = capacity;
  return store->records != NULL;
}

void store_close(struct store *store) {
  json_decref(store->records);
  store->records = NULL;
}

/* Takes record over, also when it fails. An existing record of this key is replaced. */
bool store_put(struct store *store, const char *key, json_t *record, int64_t now, int64_t expires) {
  if (record == NULL || json_object_set_new(record, "expires", json_integer(expires)) != 0) {
    json_decref(record);
    return false;
  }
  if (json_object_size(store->records) >= store->capacity) drop_expired(store, now);
  if (json_object_size(store->records) >= store->capacity && json_object_get(store->records, key) == NULL) {
    json_object_del(store->records, json_object_iter_key(json_object_iter(store->records)));
  }
  return json_object_set_new(store->records, key, record) == 0;
}

/* Borrowed from the store until the next call that changes it. NULL when there is none, or it has expired. */
json_t *store_get(const struct store *store, const char *key, int64_t now) {
  json_t *record = key != NULL ? json_object_get(store->records, key) : NULL;
  return json_integer_value(json_object_get(record, "expires")) > now ? record : NULL;
}

void store_remove(struct store *store, const char *key) { json_object_del(store->records, key); }
