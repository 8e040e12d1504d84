// @ABOUT@
//
// What is handed in is this plugin's to free; what is handed out is freed for it.

#include <stdlib.h>
#include <string.h>

#include "importer_plugin.h"

static importer_plugin_string_t text_n(const uint8_t *bytes, size_t len) {
  importer_plugin_string_t copy;
  importer_plugin_string_dup_n(&copy, (const char *)bytes, len);
  return copy;
}

static importer_plugin_string_t text(const char *words) { return text_n((const uint8_t *)words, strlen(words)); }

static void *room(size_t count, size_t size) {
  void *place = calloc(count, size);
  if (place == NULL) __builtin_trap();
  return place;
}

// Whether bytes are UTF-8: the host stops a plugin that hands out any other text.
static bool is_utf8(const uint8_t *at, size_t len) {
  const uint8_t *end = at + len;
  while (at < end) {
    uint8_t lead = *at++;
    size_t more = lead < 0x80 ? 0 : lead < 0xc2 ? 4 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 4;
    if (more == 4 || (size_t)(end - at) < more) return false;
    if ((lead == 0xe0 && at[0] < 0xa0) || (lead == 0xed && at[0] > 0x9f)) return false;
    if ((lead == 0xf0 && at[0] < 0x90) || (lead == 0xf4 && at[0] > 0x8f)) return false;
    for (; more > 0; more--)
      if ((*at++ & 0xc0) != 0x80) return false;
  }
  return true;
}

void exports_govkit_plugin_describe_describe(exports_govkit_plugin_describe_about_t *ret) {
  memset(ret, 0, sizeof *ret);
  ret->name = text("@NAME@");
  ret->version = text("0.1.0");
  ret->description = text("@ABOUT@");
  ret->config_schema.is_some = true;
  ret->config_schema.val = text("{\"type\":\"object\",\"additionalProperties\":false}");
}

bool exports_govkit_plugin_importer_configure(importer_plugin_string_t *json,
                                              exports_govkit_plugin_importer_error_t *err) {
  (void)err;
  importer_plugin_string_free(json);
  return true;
}

// The policy of a line `title: text`.
static void policy(const uint8_t *line, size_t title, size_t len, exports_govkit_plugin_importer_imported_t *made) {
  static const char HEAD[] = "# ", GAP[] = "\n\n";
  const uint8_t *rest = line + title + 2;
  size_t rest_len = len - title - 2;
  made->kind = text("policy");
  made->title = text_n(line, title);
  made->fields.ptr = room(1, sizeof *made->fields.ptr);
  made->fields.len = 1;
  made->fields.ptr->f0 = text("status");
  made->fields.ptr->f1 = text("\"draft\"");
  made->body.len = 2 + title + 2 + rest_len + 1;
  uint8_t *at = made->body.ptr = room(made->body.len, 1);
  memcpy(at, HEAD, 2);
  memcpy(at + 2, line, title);
  memcpy(at + 2 + title, GAP, 2);
  memcpy(at + 4 + title, rest, rest_len);
  at[made->body.len - 1] = '\n';
}

bool exports_govkit_plugin_importer_read(importer_plugin_string_t *name, importer_plugin_list_u8_t *bytes,
                                         exports_govkit_plugin_importer_list_imported_t *ret,
                                         exports_govkit_plugin_importer_error_t *err) {
  bool readable = is_utf8(bytes->ptr, bytes->len);
  memset(ret, 0, sizeof *ret);
  if (readable) {
    size_t lines = 1;
    for (size_t i = 0; i < bytes->len; i++) lines += bytes->ptr[i] == '\n';
    ret->ptr = room(lines, sizeof *ret->ptr);
    for (size_t start = 0; start < bytes->len;) {
      const uint8_t *line = bytes->ptr + start;
      const uint8_t *newline = memchr(line, '\n', bytes->len - start);
      size_t len = newline == NULL ? bytes->len - start : (size_t)(newline - line);
      start += len + 1;
      if (len > 0 && line[len - 1] == '\r') len--;
      for (size_t title = 0; title + 2 <= len; title++)
        if (line[title] == ':' && line[title + 1] == ' ') {
          policy(line, title, len, &ret->ptr[ret->len++]);
          break;
        }
    }
  } else {
    err->code = text("import");
    err->message = text("the file is not UTF-8");
  }
  importer_plugin_string_free(name);
  importer_plugin_list_u8_free(bytes);
  return readable;
}
