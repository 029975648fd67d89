#include "tests/unit/fixture_stored.h"

#include "loadgen/result_json.h"

#define CONFIG                                                             \
	"{\"address\": \"127.0.0.1:7000\", \"size_bytes\": 64, \"hold\": " \
	"false, \"messages\": 1, \"message_rate\": null, \"close\": \"fin\"}"

int fixture_stored(struct stored *s, const char *path)
{
	*s = (struct stored){ .path = path };
	if (result_init(&s->result) < 0)
		return -1;
	s->config = json_loads(CONFIG, 0, NULL);
	return s->config ? 0 : -1;
}

int fixture_store(const struct stored *s, const char *within, const char *key,
		  const char *value)
{
	json_t *root = result_json(&s->result), *part = root;
	int rc;

	json_object_set_new(root, "schema_version", json_integer(1));
	json_object_set(root, "config", s->config);
	if (within)
		part = json_object_get(root, within);
	if (value)
		json_object_set_new(part, key,
				    json_loads(value, JSON_DECODE_ANY, NULL));
	else if (key)
		json_object_del(part, key);
	rc = json_dump_file(root, s->path, 0);
	json_decref(root);
	return rc;
}
