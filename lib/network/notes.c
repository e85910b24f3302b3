/* Notes: strings that travel with a network, in the order in which they were set. */
#include <string.h>
#include <gemmnet/files.h> /* declares them */
#include "network/network.h"

static bool is_ours(const char *key)
{
    return strcmp(key, "format") == 0 || strcmp(key, "gemmnet") == 0 || strcmp(key, "trainer") == 0 ||
           strcmp(key, "__metadata__") == 0;
}

/* One block holds the note and its two strings. */
gni_note *gni_make_note(const char *key, const char *value)
{
    size_t of_key = strlen(key) + 1, of_value = strlen(value) + 1;
    gni_note *note = gni_alloc(sizeof *note + of_key + of_value, 1);
    if (!note)
        return NULL;
    char *text = (char *)(note + 1);
    note->key = memcpy(text, key, of_key);
    note->value = memcpy(text + of_key, value, of_value);
    return note;
}

/* Where the note of that key hangs, or where a new one shall. */
static gni_note **find(gni_note **at, const char *key)
{
    while (*at && strcmp((*at)->key, key) != 0)
        at = &(*at)->next;
    return at;
}

gn_status gn_network_set_note(gn_network *net, const char *key, const char *value)
{
    const char *who = "gn_network_set_note";
    if (!net || !key)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, net ? "key" : "net");
    if (is_ours(key) || !gni_is_utf8(key))
        return gn_fail(GN_ERR_ARGUMENT, "%s: the key \"%.64s\" is %s", who, key,
                       is_ours(key) ? "the library's own" : "not UTF-8");
    if (value && !gni_is_utf8(value))
        return gn_fail(GN_ERR_ARGUMENT, "%s: the value of %.64s is not UTF-8", who, key);
    gni_note *note = value ? gni_make_note(key, value) : NULL;
    if (value && !note)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu bytes", who, strlen(value));
    gni_note **at = find(&net->notes, key), *old = *at, *next = old ? old->next : NULL;
    if (note)
        note->next = next;
    *at = note ? note : next;
    gni_free(old);
    return GN_OK;
}

const char *gn_network_note(const gn_network *net, const char *key)
{
    if (!net || !key)
        return NULL;
    gni_note *notes = net->notes, **at = find(&notes, key);
    return *at ? (*at)->value : NULL;
}

/* The copy has none yet, so nothing is looked for. */
gn_status gni_copy_luggage(gn_network *copy, const gn_network *net)
{
    gn_status status = gn_network_set_scaling(copy, &net->scaling);
    gni_note **end = &copy->notes;
    for (const gni_note *note = net->notes; note && status >= 0; note = note->next, end = &(*end)->next)
        if (!(*end = gni_make_note(note->key, note->value)))
            return gn_fail(GN_ERR_MEMORY, "gn_network_copy: no memory for the note %.64s", note->key);
    return status;
}

void gni_free_luggage(gn_network *net)
{
    gni_free(net->scaling_memory);
    for (gni_note *note = net->notes, *next; note; note = next) {
        next = note->next;
        gni_free(note);
    }
}
