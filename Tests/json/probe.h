/*
 * The library's own JSON reader and writer, called from C: see JSONProbe.swift. For tests and benchmarks; nothing of it is
 * in the shipped library.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct json_probe json_probe;

enum { JSON_PROBE_READ, JSON_PROBE_REFUSED, JSON_PROBE_NO_MEMORY };

/* max_values below 0: as tokens, keys and metadata are read; otherwise as a request's body is, with at most so many values.
 * Never NULL, to be freed. text has to stay until then. */
json_probe *json_probe_parse(const void *text, size_t count, size_t max_depth, ptrdiff_t max_values);
void json_probe_free(json_probe *probe);

int json_probe_status(json_probe *probe);

/* Each of these returns what is valid, and followed by a NUL, until the next call for the same probe. */
const uint8_t *json_probe_error(json_probe *probe, size_t *count);
const uint8_t *json_probe_serialize(json_probe *probe, size_t *count);

/*
 * The value, in bytes that are the same for every reader that read the same: { with the number of members and for each its
 * name and its value, [ with the number of elements and each element, s with a string, i with an integer of 64 bits, I
 * with the double nearest to a larger one, d with the double nearest to another number, X and x where that is infinite,
 * t, f, n. Counts have 4 bytes, numbers 8, the least first.
 */
const uint8_t *json_probe_describe(json_probe *probe, size_t *count);

/* The same of one member of the object at the top; NULL when there is none. */
const uint8_t *json_probe_member(json_probe *probe, const void *name, size_t name_count, size_t *count);

/* Writes {"text":TEXT,"list":[TEXT]}. */
json_probe *json_probe_write(const void *text, size_t count);
const uint8_t *json_probe_written(json_probe *probe, size_t *count);

/* For measuring. Header and claims of a token with ten look-ups: how many were found. */
ptrdiff_t json_probe_token(const void *header, size_t header_count, const void *claims, size_t claims_count);
int64_t json_probe_read(const void *text, size_t count, size_t max_depth, ptrdiff_t max_values);

#ifdef __cplusplus
}
#endif

#endif
