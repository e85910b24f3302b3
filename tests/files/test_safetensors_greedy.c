/* Files that want much memory get no more than 64 times their size and a mebibyte. */
#include <unistd.h>
#include "support_lies.h"

/* head, as often as it takes to have so many bytes, tail. */
static char *repeated(const char *head, const char *piece, const char *tail, size_t bytes)
{
    size_t n = strlen(piece), at = strlen(head), times = bytes / n;
    char *text = allocate(at + times * n + strlen(tail) + 1, 1);
    memcpy(text, head, at);
    for (size_t i = 0; i < times; i++, at += n)
        memcpy(text + at, piece, n);
    strcpy(text + at, tail);
    return text;
}

#define IN_LAYERS \
    "{\"__metadata__\":{\"gemmnet\":\"{\\\"version\\\":1,\\\"input\\\":[1,1,1],\\\"layers\\\":["
static const struct { const char *what, *head, *piece, *tail; } greedy[] = {
    { "deep arrays", "", "[", "" },
    { "deep arrays, closed", "", "[[]],", "" },
    { "deep objects", "", "{\"a\":", "" },
    { "a tensor of brackets", "{\"a\":[", "[],", "[]]}" },
    { "a tensor of objects", "{\"a\":[", "{},", "{}]}" },
    { "a tensor of numbers", "{\"a\":[", "0,", "0]}" },
    { "a tensor of strings", "{\"a\":[", "\"\",", "\"\"]}" },
    { "a shape of ones", "{\"a\":{\"dtype\":\"F32\",\"shape\":[", "1,",
      "1],\"data_offsets\":[0,4]}}" },
    { "a shape of reals", "{\"a\":{\"dtype\":\"F32\",\"shape\":[", "1.0,",
      "1],\"data_offsets\":[0,4]}}" },
    { "notes", "{\"__metadata__\":{", "\"#####\":\"\",", "\"a\":\"\"}}" },
    { "notes of a network", IN_LAYERS "{\\\"type\\\":\\\"dropout\\\",\\\"units\\\":1}]}\",",
      "\"#####\":\"\",",
      "\"a\":\"\"}}" },
    { "tensors of nothing", "{",
      "\"#####\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},",
      "\"__metadata__\":{}}" },
    { "layers of nothing", IN_LAYERS, "{},", "{}]}\"}}" },
    { "layers of brackets", IN_LAYERS, "[", "\"}}" },
    { "layers of numbers", IN_LAYERS, "0,", "0]}\"}}" },
    { "layers of strings", IN_LAYERS, "\\\"\\\",", "0]}\"}}" },
    { "layers", IN_LAYERS, "{\\\"type\\\":\\\"dropout\\\",\\\"units\\\":1},",
      "{\\\"type\\\":\\\"dropout\\\","
      "\\\"units\\\":1}]}\"}}" },
    { "layers of dense", IN_LAYERS, "{\\\"type\\\":\\\"dense\\\",\\\"units\\\":1},", "0]}\"}}" },
    { "spaces", "", " ", "{}" },
    { "a string", "{\"__metadata__\":{\"x\":\"", "x", "\"}}" },
    { "escapes", "{\"__metadata__\":{\"x\":\"", "\\u00e4", "\"}}" },
    { "a number", "{\"a\":", "1", "}" },
};

/* Pieces with ##### have numbers of their own. */
static void number_pieces(char *text)
{
    static const char digits[] = "0123456789abcdef";
    size_t number = 0;
    for (char *at = text; *at; at++)
        if (at[0] == '#' && at[1] == '#') {
            for (int i = 4; i >= 0; i--)
                *at++ = digits[number >> (4 * i) & 15];
            number++;
        }
}

static void test_greedy_files(void **state)
{
    static const size_t sizes[] = { 1000, 300000, 4 * MEBIBYTE };
    (void)state;
    for (size_t i = 0; i < COUNT(greedy) * COUNT(sizes); i++) {
        size_t k = i / COUNT(sizes), bytes = sizes[i % COUNT(sizes)];
        if (bytes > (one_in(2, 3) == 1 ? SIZE_MAX : in_valgrind() ? 1000 : 300000))
            continue;
        char *header = repeated(greedy[k].head, greedy[k].piece, greedy[k].tail, bytes);
        number_pieces(header);
        blob b = safetensors(header, NULL, 0);
        gn_status status = tried(greedy[k].what, bytes, b);
        CHECK(strcmp(greedy[k].what, "a tensor of brackets") != 0 ||
              (status == GN_ERR_FORMAT && strstr(gn_error_message(), "more brackets")), "%s",
              gn_error_message());
        free(header);
        free(b.bytes);
    }
}

/* Of 16 MiB with its spaces it is read, of more it is not even looked at. */
static void test_large_headers(void **state)
{
    static const size_t sizes[] = { 16 * MEBIBYTE, 16 * MEBIBYTE + 8, 100000000, (size_t)1 << 62,
                                    SIZE_MAX };
    const float data[2] = { 1, 2 };
    size_t length = strlen("{" META "," GOOD "}");
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        size_t there = sizes[i] <= 100000000 ? sizes[i] : 1000;
        char *header = allocate(there + 1, 1);
        memset(header, ' ', there);
        memcpy(header, "{" META "," GOOD "}", length);
        blob b = safetensors(header, data, sizeof data);
        for (int k = 0; k < 8; k++)
            b.bytes[k] = (uint8_t)((uint64_t)sizes[i] >> (8 * k));
        size_t before = atomic_load(&live_bytes);
        gn_status status = tried("a header of", sizes[i], b);
        CHECK(status == (i == 0 ? GN_OK : GN_ERR_FORMAT), "%zu bytes: %d", sizes[i], (int)status);
        CHECK(i == 0 || atomic_load(&peak_bytes) - before < MEBIBYTE, "%zu bytes: %zu of memory",
              sizes[i],
              atomic_load(&peak_bytes) - before);
        free(header);
        free(b.bytes);
    }
}

/* The same through a file: 100 MB of nothing behind eight bytes. */
static void test_large_header_in_a_file(void **state)
{
    char path[] = "/tmp/gemmnet-test-safetensors-XXXXXX";
    const uint8_t prefix[8] = { 0, 0xe1, 0xf5, 0x05 };
    gn_network *net = NETWORK(2, 1, { .units = 1 }), *out;
    int file = mkstemp(path);
    (void)state;
    CHECK(file >= 0 && write(file, prefix, 8) == 8 && ftruncate(file, 100000008) == 0, "%s", path);
    long blocks = atomic_load(&live);
    size_t before = atomic_load(&live_bytes);
    forget_peak();
    CHECK_STATUS(gn_network_load(&out, path, NULL), GN_ERR_FORMAT);
    CHECK_STATUS(gn_network_load_weights(net, path), GN_ERR_FORMAT);
    CHECK(strstr(gn_error_message(), "100000000") && strstr(gn_error_message(), path), "%s",
          gn_error_message());
    CHECK(atomic_load(&peak_bytes) - before < MEBIBYTE && atomic_load(&live) == blocks,
          "%zu bytes",
          atomic_load(&peak_bytes) - before);
    close(file);
    unlink(path);
    gn_network_destroy(net);
}

/* What no reader would take is not written. */
static void test_written_headers(void **state)
{
    enum { LONG = 17 << 20 };
    gn_network *net = NETWORK(2, 1, { .units = 1 });
    char *note = allocate(LONG + 1, 1);
    size_t size;
    (void)state;
    memset(note, 'x', LONG);
    CHECK_OK(gn_network_set_note(net, "long", note));
    CHECK_STATUS(gn_network_encode(net, NULL, 0, &size), GN_ERR_UNSUPPORTED);
    CHECK(strstr(gn_error_message(), "16777216"), "%s", gn_error_message());
    CHECK_OK(gn_network_set_note(net, "long", NULL));
    CHECK_OK(gn_network_encode(net, NULL, 0, &size));
    free(note);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_greedy_files),
        cmocka_unit_test(test_large_headers),
        cmocka_unit_test(test_large_header_in_a_file),
        cmocka_unit_test(test_written_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
