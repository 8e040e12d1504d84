// @ABOUT@
//
// What is handed in is this plugin's to free; what is handed out is freed for it.

#include <stdlib.h>
#include <string.h>

#include "exporter_plugin.h"

static exporter_plugin_string_t text(const char *words) {
  exporter_plugin_string_t copy;
  exporter_plugin_string_dup(&copy, words);
  return copy;
}

static uint8_t *put(uint8_t *at, const void *bytes, size_t len) {
  memcpy(at, bytes, len);
  return at + len;
}

void exports_govkit_plugin_describe_describe(exports_govkit_plugin_describe_about_t *ret) {
  memset(ret, 0, sizeof *ret);
  ret->name = text("@NAME@");
  ret->version = text("0.1.0");
  ret->description = text("@ABOUT@");
  ret->config_schema.is_some = true;
  ret->config_schema.val = text("{\"type\":\"object\",\"additionalProperties\":false}");
}

bool exports_govkit_plugin_exporter_configure(exporter_plugin_string_t *json,
                                              exports_govkit_plugin_exporter_error_t *err) {
  (void)err;
  exporter_plugin_string_free(json);
  return true;
}

bool exports_govkit_plugin_exporter_run(exports_govkit_plugin_exporter_list_meta_t *artifacts,
                                        exports_govkit_plugin_exporter_error_t *err) {
  size_t len = 0;
  for (size_t i = 0; i < artifacts->len; i++)
    len += artifacts->ptr[i].id.len + artifacts->ptr[i].title.len + sizeof "- : \n" - 1;
  exporter_plugin_list_u8_t bytes = {.ptr = malloc(len + 1), .len = len};
  if (bytes.ptr == NULL) __builtin_trap();
  uint8_t *at = bytes.ptr;
  for (size_t i = 0; i < artifacts->len; i++) {
    at = put(at, "- ", 2);
    at = put(at, artifacts->ptr[i].id.ptr, artifacts->ptr[i].id.len);
    at = put(at, ": ", 2);
    at = put(at, artifacts->ptr[i].title.ptr, artifacts->ptr[i].title.len);
    at = put(at, "\n", 1);
  }
  exporter_plugin_string_t path = {.ptr = (uint8_t *)"index.md", .len = sizeof "index.md" - 1};
  exporter_plugin_string_t why;
  bool done = govkit_plugin_output_emit(&path, &bytes, &why);
  if (!done) {
    err->code = text("output");
    err->message = why;
  }
  free(bytes.ptr);
  exports_govkit_plugin_exporter_list_meta_free(artifacts);
  return done;
}
