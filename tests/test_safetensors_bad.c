/* Files that lie: a status and a sentence each time, nothing read beside the file, no leak, and no
 * more memory than 64 times the file and a mebibyte. */
#include <fcntl.h>
#include <unistd.h>
#include "support_count.h"
#include "support_safetensors.h"

enum { MEBIBYTE = 1 << 20 };

/* A network with everything, small: its file is changed in what follows. */
static gn_network *the_network(void)
{
    const gn_real two[2] = { 1, (gn_real)2.5 };
    gn_network *net = NETWORK(2, 1, { .units = 3, .activation = &gn_elu, .frozen = true },
                              { .type = &gn_dropout, .param = { 0.25 } },
                              { .type = &affine_layer, .param = { 1, 0, 3 }, .no_bias = true },
                                  { .units = 1 });
    CHECK_OK(gn_network_set_scaling(net, &(gn_scaling){ two, two, two, two, two, two }));
    CHECK_OK(gn_network_set_note(net, "columns", "a,b"));
    return net;
}

/* What came of a file: OK, or an error with its sentence. Both leave nothing behind. */
static gn_status tried(const char *what, size_t number, blob b)
{
    gn_network *net = (gn_network *)(void *)&b;
    long before = atomic_load(&live);
    size_t bytes = atomic_load(&live_bytes);
    forget_peak();
    (void)gn_fail(GN_ERR_MEMORY, "an older error");
    gn_status status = decode(&net, b);
    size_t most = atomic_load(&peak_bytes) - bytes;
    CHECK((status == GN_OK) == (net != NULL), "%s %zu: %d", what, number, (int)status);
    CHECK(status == GN_OK || status == GN_ERR_FORMAT || status == GN_ERR_UNKNOWN ||
              status == GN_ERR_SHAPE || status == GN_ERR_NONFINITE,
          "%s %zu: %d (%s)", what, number,
                  (int)status,
          gn_error_message());
    CHECK(status == GN_OK || (strlen(gn_error_message()) > 20 &&
                              !strstr(gn_error_message(), "an older error")),
          "%s %zu: \"%s\"", what, number, gn_error_message());
    CHECK(most <= 64 * b.n + MEBIBYTE,
          "%s %zu: %zu bytes of memory for %zu of file", what,
          number, most, b.n);
    gn_network_destroy(net);
    CHECK(atomic_load(&live) == before, "%s %zu: %ld blocks leak", what, number,
          atomic_load(&live) - before);
    return status;
}

static void test_cut_at_every_byte(void **state)
{
    gn_network *net = the_network();
    blob b = encoded(net);
    (void)state;
    for (size_t n = 0; n < b.n; n++) {
        uint8_t *cut = allocate(n, 1); /* of just that size, for sanitizers */
        memcpy(cut, b.bytes, n);
        CHECK(tried("cut at", n, (blob){ cut, n }) == GN_ERR_FORMAT, "%zu bytes of %zu", n, b.n);
        free(cut);
    }
    CHECK(tried("whole", 0, b) == GN_OK, "%s", gn_error_message());
    uint8_t *more = allocate(b.n + 1, 1);
    memcpy(more, b.bytes, b.n);
    CHECK(tried("a byte more", 0, (blob){ more, b.n + 1 }) == GN_ERR_FORMAT, "%s", "accepted");
    free(more);
    free(b.bytes);
    gn_network_destroy(net);
}

static void test_every_bit_of_the_header(void **state)
{
    gn_network *net = the_network();
    blob b = encoded(net);
    safetensors_file *f = parsed(b);
    size_t bits = 8 * (8 + f->header), accepted = 0;
    (void)state;
    for (size_t i = 0; i < bits; i += in_valgrind() ? 37 : 1) {
        b.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        accepted += tried("bit", i, b) == GN_OK;
        b.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    CHECK(accepted < bits / 4, "%zu of %zu flipped bits were accepted", accepted, bits); /* digits,
        notes */
    free_parsed(f);
    free(b.bytes);
    gn_network_destroy(net);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Each number of the header, those of the layers too, becomes another, or no number. */
static void test_every_number(void **state)
{
    static const char *const lies[] = {
        "0", "1", "2", "3", "4", "7", "8", "100", "2147483647", "2147483648", "4294967295", "4294967296",
        "9007199254740993", "1152921504606846976", "4611686018427387904", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "18446744073709551616",
            "99999999999999999999999999999999",
        "-1", "-0", "-9223372036854775808", "1.5", "1e5", "1e999", "1e-999", "0x10", "007", "", "null",
            "true", "[]",
        "{}", "[[1]]", "\\\"x\\\"", "NaN", "Infinity", "1 1", "1,1", "1]", "1}",
    };
    gn_network *net = the_network();
    blob b = encoded(net);
    safetensors_file *f = parsed(b);
    const char *text = (const char *)b.bytes + 8;
    char *header = allocate(f->header + 100, 1);
    size_t number = 0;
    (void)state;
    for (size_t at = 1, end; at < f->header; at = end) {
        for (end = at; end < f->header && is_digit(text[end]); end++)
            continue;
        if (end == at) {
            end++;
            continue;
        }
        for (size_t i = 0; i < COUNT(lies); i += in_valgrind() ? 7 : 1, number++) {
            (void)snprintf(header, f->header + 100, "%.*s%s%.*s", (int)at, text, lies[i],
                           (int)(f->header - end),
                           text + end);
            blob lie = safetensors(header, f->data, (size_t)(b.bytes + b.n - f->data));
            (void)tried(header, number, lie);
            free(lie.bytes);
        }
    }
    CHECK(number > 20 * COUNT(lies) / 7, "%zu lies", number);
    free(header);
    free_parsed(f);
    free(b.bytes);
    gn_network_destroy(net);
}

/* ---- lies with a purpose ---- */

/* One dense layer 2 x 1 without bias: its metadata, and its tensor. */
#define LAYERS(layers)                                                                            \
    "\"__metadata__\":{\"gemmnet\":\"{\\\"version\\\":1,\\\"input\\\":[2,1,1],\\\"layers\\\":[" \
    layers "]}\"}"
#define LAYER "{\\\"type\\\":\\\"dense\\\",\\\"units\\\":1,\\\"bias\\\":false}"
#define META LAYERS(LAYER)
#define TENSOR(name, shape, begin, end) \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"
#define GOOD TENSOR("0.weight", "[1,2]", "0", "8")

static const struct lie { const char *what, *header; size_t n_data; const char *says; } lies[] = {
    { "good", "{" META "," GOOD "}", 8, NULL },
    { "good, the other way round", "{" GOOD "," META "}", 8, NULL },
    { "good, with spaces", "{ " META " ,\n\t" GOOD "\r\n } ", 8, NULL },
    { "overlap", "{" META "," GOOD "," TENSOR("1.weight", "[1]", "4", "8") "}", 8,
      "1.weight begins at 4" },
    { "the same bytes", "{" META "," GOOD "," TENSOR("1.weight", "[1,2]", "0", "8") "}", 8,
      "begins at 0" },
    { "a hole before", "{" META "," TENSOR("0.weight", "[1,2]", "4", "12") "}", 12,
      "0.weight begins at 4" },
    { "a hole between", "{" META "," GOOD "," TENSOR("1.weight", "[1]", "12", "16") "}", 16,
      "begins at 12" },
    { "a hole behind", "{" META "," GOOD "}", 12, "end at 8 of 12" },
    { "past the end", "{" META "," GOOD "}", 4, "end at 8 of 4" },
    { "no data", "{" META "," GOOD "}", 0, "end at 8 of 0" },
    { "backwards", "{" META "," TENSOR("0.weight", "[1,2]", "8", "0") "}", 8, "from 8 to 0" },
    { "negative", "{" META "," TENSOR("0.weight", "[1,2]", "-8", "0") "}", 8, "from -8 to 0" },
    { "another size", "{" META "," TENSOR("0.weight", "[1,2]", "0", "4") "}", 4, "takes 8 bytes" },
    { "2^60 numbers", "{" META "," TENSOR("0.weight", "[1,1152921504606846976]", "0", "8") "}", 8,
      "from 0 to 8" },
    { "2^60 twice", "{" META "," TENSOR("0.weight", "[1152921504606846976,1152921504606846976]", "0",
                                        "8") "}", 8,
      "dimension 1 of 1152921504606846976" },
    { "2^64 and nothing", "{" META "," TENSOR("0.weight", "[4294967296,4294967296]", "0", "0") "}", 0,
      "dimension" },
    { "2^63", "{" META "," TENSOR("0.weight", "[1,2]", "0", "9223372036854775808") "}", 8, "JSON" },
    { "offsets near 2^63", "{" META "," TENSOR("0.weight", "[1,2]", "9223372036854775799",
                                               "9223372036854775807") "}",
      8, "begins at" },
    { "a tensor twice", "{" META "," GOOD "," GOOD "}", 8, "duplicate" },
    { "metadata twice", "{" META "," META "," GOOD "}", 8, "duplicate" },
    { "missing", "{" META "," TENSOR("x", "[1,2]", "0", "8") "}", 8, "0.weight is missing" },
    { "no tensors", "{" META "}", 0, "2 parameters" },
    { "left over", "{" META "," GOOD "," TENSOR("x", "[1]", "8", "12") "}", 12, "x is left over" },
    { "nothing left over", "{" META "," GOOD "," TENSOR("x", "[0]", "8", "8") "}", 8, "x is left over" },
    { "wrong shape", "{" META "," TENSOR("0.weight", "[2,1]", "0", "8") "}", 8, "0.weight has" },
    { "wrong rank", "{" META "," TENSOR("0.weight", "[2]", "0", "8") "}", 8, "0.weight has" },
    { "three dimensions", "{" META "," TENSOR("0.weight", "[1,2,1]", "0", "8") "}", 8,
      "0.weight has 3" },
    { "no shape", "{" META ",\"0.weight\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8, "0.weight" },
    { "no type", "{" META ",\"0.weight\":{\"shape\":[1,2],\"data_offsets\":[0,8]}}", 8, "0.weight" },
    { "no offsets", "{" META ",\"0.weight\":{\"dtype\":\"F32\",\"shape\":[1,2]}}", 8, "0.weight" },
    { "another key",
      "{" META ",\"0.weight\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8],\"x\":1}}", 8,
      "0.weight" },
    { "type F33", "{" META ",\"0.weight\":{\"dtype\":\"F33\",\"shape\":[1,2],\"data_offsets\":[0,8]}}",
      8, "0.weight" },
    { "type I64", "{" META ",\"0.weight\":{\"dtype\":\"I64\",\"shape\":[1,2],\"data_offsets\":[0,16]}}",
      16, "I64" },
    { "type 7", "{" META ",\"0.weight\":{\"dtype\":7,\"shape\":[1,2],\"data_offsets\":[0,8]}}", 8,
      "0.weight" },
    { "a tensor that is none", "{" META ",\"0.weight\":[1,2]}", 8, "0.weight" },
    { "no object", "[" "]", 0, "object" },
    { "no JSON", "{" META "," GOOD, 8, "JSON" },
    { "text behind it", "{" META "," GOOD "} x", 8, "JSON" },
    { "nothing", "", 0, "JSON" },
    { "not UTF-8", "{" META "," GOOD ",\"\xff\":1}", 8, "JSON" },
    { "a zero byte in a name", "{" META "," TENSOR("0.weight\\u0000x", "[1,2]", "0", "8") "}", 8,
      "JSON" },
    { "no metadata", "{" GOOD "}", 8, "gn_network_load_weights" },
    { "others' metadata", "{\"__metadata__\":{\"format\":\"pt\"}," GOOD "}", 8,
      "gn_network_load_weights" },
    { "metadata that are none", "{\"__metadata__\":[]," GOOD "}", 8, "__metadata__" },
    { "metadata, not strings", "{\"__metadata__\":{\"gemmnet\":1}," GOOD "}", 8, "no string" },
    { "a future version",
      "{\"__metadata__\":{\"gemmnet\":\"{\\\"version\\\":2,\\\"input\\\":[2,1,1],\\\"layers\\\":["
      LAYER "]}\"}," GOOD "}", 8, "version 2" },
    { "no layers", "{" LAYERS("") "," GOOD "}", 8, "layers" },
    { "a layer that is none", "{" LAYERS("7") "," GOOD "}", 8, "layer 0" },
    { "an unknown type", "{" LAYERS("{\\\"type\\\":\\\"conv\\\",\\\"units\\\":1}") "," GOOD "}", 8,
      "conv" },
    { "an unknown activation",
      "{" LAYERS("{\\\"type\\\":\\\"dense\\\",\\\"units\\\":1,\\\"activation\\\":\\\"mish\\\"}")
      "," GOOD "}", 8, "mish" },
    { "no units", "{" LAYERS("{\\\"type\\\":\\\"dense\\\"}") "," GOOD "}", 8, "layer 0" },
    { "many units",
      "{" LAYERS("{\\\"type\\\":\\\"dense\\\",\\\"units\\\":2000000000,\\\"bias\\\":false}") "," GOOD "}",
      8, "4000000000" },
    { "more units",
      "{" LAYERS("{\\\"type\\\":\\\"dense\\\",\\\"units\\\":1152921504606846976}") "," GOOD "}", 8,
      "1152921504606846976" },
    { "a parameter of no type",
      "{" LAYERS("{\\\"type\\\":\\\"dense\\\",\\\"units\\\":1,\\\"bias\\\":false,"
      "\\\"param\\\":{\\\"speed\\\":1}}") "," GOOD "}", 8, "speed" },
    { "a share above one", "{" LAYERS("{\\\"type\\\":\\\"dropout\\\",\\\"units\\\":2,\\\"param\\\":"
      "{\\\"share\\\":1.5}}") "}", 0, "gn_network_decode: dropout: share 1.5" },
    { "dropout that computes", "{" LAYERS("{\\\"type\\\":\\\"dropout\\\",\\\"units\\\":2,"
      "\\\"activation\\\":\\\"relu\\\"}") "}", 0, "activation relu" },
    { "an alpha that is no number",
      "{" LAYERS("{\\\"type\\\":\\\"dense\\\",\\\"units\\\":1,\\\"bias\\\":false,"
      "\\\"activation\\\":\\\"elu\\\",\\\"alpha\\\":\\\"x\\\"}") "," GOOD "}", 8, "alpha" },
};

static void test_lies(void **state)
{
    const float data[4] = { 1, 2, 3, 4 };
    (void)state;
    for (size_t i = 0; i < COUNT(lies); i++) {
        blob b = safetensors(lies[i].header, data, lies[i].n_data);
        gn_status status = tried(lies[i].what, 0, b);
        CHECK((status == GN_OK) == !lies[i].says, "%s: %d, %s", lies[i].what, (int)status,
              gn_error_message());
        CHECK(!lies[i].says || strstr(gn_error_message(), lies[i].says), "%s: \"%s\" lacks \"%s\"",
              lies[i].what,
              gn_error_message(), lies[i].says);
        free(b.bytes);
    }
}

/* A scaling that lies, in a good file. */
static void test_lying_scaling(void **state)
{
    static const struct { const char *scaling, *says; } bad[] = {
        { "{}", NULL },
        { "{\\\"input_low\\\":[0,1],\\\"input_high\\\":[0,2]}", NULL },
        { "{\\\"input_low\\\":[0,1]}", "input_high" },
        { "{\\\"input_low\\\":[0],\\\"input_high\\\":[0,1]}", "input_low has 1" },
        { "{\\\"input_low\\\":[0,2],\\\"input_high\\\":[0,1,2]}", "input_high has 3" },
        { "{\\\"input_low\\\":[0,2],\\\"input_high\\\":[0,1]}", "from 2 to 1" },
        { "{\\\"input_shift\\\":[0,2],\\\"input_scale\\\":[1,0]}", "scale 0" },
        { "{\\\"input_shift\\\":[0,1e300],\\\"input_scale\\\":[1,1e-320]}", "number 1" },
        { "{\\\"input_shift\\\":[0,\\\"x\\\"],\\\"input_scale\\\":[1,1]}", "input_shift" },
        { "{\\\"output_shift\\\":7,\\\"output_scale\\\":[1]}", "output_shift" },
        { "{\\\"output_shift\\\":[null],\\\"output_scale\\\":[1]}", "output_shift" },
        { "[]", "scaling" }, { "7", "scaling" },
    };
    const float data[2] = { 1, 2 };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        char header[1000];
        (void)snprintf(header, sizeof header,
                       "{\"__metadata__\":{\"gemmnet\":\"{\\\"version\\\":1,\\\"input\\\":"
                       "[2,1,1],\\\"layers\\\":[%s],\\\"scaling\\\":%s}\"},%s}", LAYER, bad[i].scaling,
                           GOOD);
        blob b = safetensors(header, data, sizeof data);
        gn_status status = tried(bad[i].scaling, 0, b);
        CHECK((status == GN_OK) == !bad[i].says, "%s: %d, %s", bad[i].scaling, (int)status,
              gn_error_message());
        CHECK(!bad[i].says || strstr(gn_error_message(), bad[i].says), "%s: \"%s\" lacks \"%s\"",
              bad[i].scaling,
              gn_error_message(), bad[i].says);
        free(b.bytes);
    }
}

/* ---- files that want much memory ---- */

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
    { "a shape of ones", "{\"a\":{\"dtype\":\"F32\",\"shape\":[", "1,", "1],\"data_offsets\":[0,4]}}" },
    { "a shape of reals", "{\"a\":{\"dtype\":\"F32\",\"shape\":[", "1.0,",
      "1],\"data_offsets\":[0,4]}}" },
    { "notes", "{\"__metadata__\":{", "\"#####\":\"\",", "\"a\":\"\"}}" },
    { "notes of a network", IN_LAYERS "{\\\"type\\\":\\\"dropout\\\",\\\"units\\\":1}]}\",",
      "\"#####\":\"\",",
      "\"a\":\"\"}}" },
    { "tensors of nothing", "{", "\"#####\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},",
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
        if (in_valgrind() && bytes > 1000)
            continue;
        char *header = repeated(greedy[k].head, greedy[k].piece, greedy[k].tail, bytes);
        number_pieces(header);
        blob b = safetensors(header, NULL, 0);
        (void)tried(greedy[k].what, bytes, b);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_every_bit_of_the_header),
        cmocka_unit_test(test_every_number),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_lying_scaling),
        cmocka_unit_test(test_greedy_files),
        cmocka_unit_test(test_large_headers),
        cmocka_unit_test(test_large_header_in_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
