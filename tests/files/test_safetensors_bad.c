/* Files that lie: a status and a sentence each time, nothing read beside the file, no leak, and no
 * more memory than 64 times the file and a mebibyte. */
#include "support_lies.h"

/* A network with everything, small: its file is changed in what follows. */
static gn_network *the_network(void)
{
    const gn_real two[2] = { 1, (gn_real)2.5 };
    gn_network *net = NETWORK(2, 1, { .units = 3, .activation = &gn_elu, .frozen = true },
                              { .type = &gn_dropout, .param = { 0.25 } },
                              { .type = &affine_layer, .param = { 1, 0, 3 }, .no_bias = true },
                                  { .units = 1 });
    CHECK_OK(gn_network_set_scaling(net, &(gn_scaling){ two, two, two, two, two, two, { 0 } }));
    CHECK_OK(gn_network_set_note(net, "columns", "a,b"));
    return net;
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
    for (size_t i = 0; i < bits; i += one_in(3, 37)) {
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
        "0", "1", "2", "3", "4", "7", "8", "100", "2147483647", "2147483648", "4294967295",
        "4294967296",
        "9007199254740993", "1152921504606846976", "4611686018427387904", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "18446744073709551616",
            "99999999999999999999999999999999",
        "-1", "-0", "-9223372036854775808", "1.5", "1e5", "1e999", "1e-999", "0x10", "007", "",
        "null",
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
    { "2^60 twice", "{" META "," TENSOR("0.weight", "[1152921504606846976,1152921504606846976]",
                                        "0",
                                        "8") "}", 8,
      "dimension 1 of 1152921504606846976" },
    { "2^64 and nothing", "{" META "," TENSOR("0.weight", "[4294967296,4294967296]", "0", "0") "}",
      0,
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
    { "nothing left over", "{" META "," GOOD "," TENSOR("x", "[0]", "8", "8") "}", 8,
      "x is left over" },
    { "wrong shape", "{" META "," TENSOR("0.weight", "[2,1]", "0", "8") "}", 8, "0.weight has" },
    { "wrong rank", "{" META "," TENSOR("0.weight", "[2]", "0", "8") "}", 8, "0.weight has" },
    { "three dimensions", "{" META "," TENSOR("0.weight", "[1,2,1]", "0", "8") "}", 8,
      "0.weight has 3" },
    { "no shape", "{" META ",\"0.weight\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8,
      "0.weight" },
    { "no type", "{" META ",\"0.weight\":{\"shape\":[1,2],\"data_offsets\":[0,8]}}", 8,
      "0.weight" },
    { "no offsets", "{" META ",\"0.weight\":{\"dtype\":\"F32\",\"shape\":[1,2]}}", 8, "0.weight" },
    { "another key",
      "{" META ",\"0.weight\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8],\"x\":1}}",
      8,
      "0.weight" },
    { "type F33",
      "{" META ",\"0.weight\":{\"dtype\":\"F33\",\"shape\":[1,2],\"data_offsets\":[0,8]}}",
      8, "0.weight" },
    { "type I64",
      "{" META ",\"0.weight\":{\"dtype\":\"I64\",\"shape\":[1,2],\"data_offsets\":[0,16]}}",
      16, "I64" },
    { "type 7", "{" META ",\"0.weight\":{\"dtype\":7,\"shape\":[1,2],\"data_offsets\":[0,8]}}", 8,
      "0.weight" },
    { "a tensor that is none", "{" META ",\"0.weight\":[1,2]}", 8, "0.weight" },
    { "a bias that is neither",
      "{" LAYERS("{\\\"type\\\":\\\"dense\\\",\\\"units\\\":1,\\\"bias\\\":0}") "," GOOD "}",
      8, "bias of layer 0" },
    { "frozen, or not",
      "{" LAYERS("{\\\"type\\\":\\\"dense\\\",\\\"units\\\":1,\\\"frozen\\\":\\\"no\\\"}")
      "," GOOD "}", 8, "frozen of layer 0" },
    { "a blank before it", " {" META "," GOOD "}", 8, "no JSON object from {" },
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
      "{" LAYERS("{\\\"type\\\":\\\"dense\\\",\\\"units\\\":2000000000,\\\"bias\\\":false}")
      "," GOOD "}", 8, "4000000000" },
    { "more units",
      "{" LAYERS("{\\\"type\\\":\\\"dense\\\",\\\"units\\\":1152921504606846976}") "," GOOD "}", 8,
      "1152921504606846976" },
    { "a parameter of no type",
      "{" LAYERS("{\\\"type\\\":\\\"dense\\\",\\\"units\\\":1,\\\"bias\\\":false,"
      "\\\"param\\\":{\\\"speed\\\":1}}") "," GOOD "}", 8, "speed" },
    { "a share above one", "{" LAYERS("{\\\"type\\\":\\\"dropout\\\",\\\"units\\\":2,\\\"param\\\":"
      "{\\\"share\\\":1.5}}") "}", 0, "gn_network_decode: dropout: share 1.5" },
    { "dropout that computes", "{" LAYERS("{\\\"type\\\":\\\"dropout\\\",\\\"units\\\":2,"
      "\\\"activation\\\":\\\"relu\\\",\\\"alpha\\\":0}") "}", 0, "activation relu" },
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
                       "[2,1,1],\\\"layers\\\":[%s],\\\"scaling\\\":%s}\"},%s}", LAYER,
                       bad[i].scaling,
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_every_bit_of_the_header),
        cmocka_unit_test(test_every_number),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_lying_scaling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
