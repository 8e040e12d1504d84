// Finds what somebody meant to come back to.
//
// What is handed in is this plugin's to free; what is handed out is freed for it.

#include <stdlib.h>
#include <string.h>

#include "validator_plugin.h"

static const char WORD[] = "TODO";
enum { WORD_LEN = sizeof WORD - 1 };

static validator_plugin_string_t text(const char *words) {
  validator_plugin_string_t copy;
  validator_plugin_string_dup(&copy, words);
  return copy;
}

static void *room(size_t count, size_t size) {
  void *place = calloc(count, size);
  if (place == NULL) __builtin_trap();
  return place;
}

// The offset of the next word from `at` on; `len` where there is none.
static size_t next(const uint8_t *body, size_t len, size_t at) {
  for (; len - at >= WORD_LEN; at++)
    if (memcmp(body + at, WORD, WORD_LEN) == 0) return at;
  return len;
}

void exports_govkit_plugin_describe_describe(exports_govkit_plugin_describe_about_t *ret) {
  memset(ret, 0, sizeof *ret);
  ret->name = text("open-ends");
  ret->version = text("0.1.0");
  ret->description = text("Finds what somebody meant to come back to.");
  ret->needs = GOVKIT_PLUGIN_TYPES_NEEDS_BODY;
  ret->config_schema.is_some = true;
  ret->config_schema.val = text("{\"type\":\"object\",\"additionalProperties\":false}");
  govkit_plugin_types_rule_t *rule = room(1, sizeof *rule);
  rule->id = text("todo");
  rule->summary = text("No TODO is left");
  rule->severity = GOVKIT_PLUGIN_TYPES_SEVERITY_WARNING;
  rule->page = text("Finish it, or take it out.\n");
  ret->rules.ptr = rule;
  ret->rules.len = 1;
}

bool exports_govkit_plugin_validator_configure(validator_plugin_string_t *json,
                                               exports_govkit_plugin_validator_error_t *err) {
  (void)err;
  validator_plugin_string_free(json);
  return true;
}

bool exports_govkit_plugin_validator_check_artifact(exports_govkit_plugin_validator_meta_t *artifact,
                                                    validator_plugin_string_t *body,
                                                    exports_govkit_plugin_validator_list_finding_t *ret,
                                                    exports_govkit_plugin_validator_error_t *err) {
  (void)err;
  size_t count = 0;
  for (size_t at = next(body->ptr, body->len, 0); at < body->len; at = next(body->ptr, body->len, at + WORD_LEN))
    count++;
  memset(ret, 0, sizeof *ret);
  if (count > 0) ret->ptr = room(count, sizeof *ret->ptr);
  for (size_t at = next(body->ptr, body->len, 0); at < body->len; at = next(body->ptr, body->len, at + WORD_LEN)) {
    exports_govkit_plugin_validator_finding_t *finding = &ret->ptr[ret->len++];
    finding->rule = text("todo");
    finding->severity = GOVKIT_PLUGIN_TYPES_SEVERITY_WARNING;
    finding->message = text("this is not finished");
    validator_plugin_string_dup_n(&finding->artifact, (const char *)artifact->id.ptr, artifact->id.len);
    finding->location.is_some = true;
    finding->location.val.tag = GOVKIT_PLUGIN_TYPES_LOCATION_BODY;
    finding->location.val.val.body.start = at;
    finding->location.val.val.body.end = at + WORD_LEN;
    finding->help.is_some = true;
    finding->help.val = text("finish it, or take it out");
  }
  exports_govkit_plugin_validator_meta_free(artifact);
  validator_plugin_string_free(body);
  return true;
}

bool exports_govkit_plugin_validator_check_corpus(exports_govkit_plugin_validator_list_meta_t *artifacts,
                                                  exports_govkit_plugin_validator_list_finding_t *ret,
                                                  exports_govkit_plugin_validator_error_t *err) {
  (void)err;
  exports_govkit_plugin_validator_list_meta_free(artifacts);
  memset(ret, 0, sizeof *ret);
  return true;
}
