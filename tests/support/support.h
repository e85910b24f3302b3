/* What the tests share: checks that print why, a seeded generator so that every failure
 * can be run again, and short ways to make networks and samples. */
#ifndef GEMMNET_TESTS_SUPPORT_H
#define GEMMNET_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gemmnet/layer.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define IS_DOUBLE (sizeof(gn_real) == sizeof(double))
#define TOLERANCE(in_double, in_float) (IS_DOUBLE ? (in_double) : (in_float))

/* Fails the test with the condition and a printf message: say the seed and the numbers. */
#define CHECK(condition, ...)                                                   \
    do {                                                                        \
        if (!(condition))                                                       \
            check_failed(__FILE__, __LINE__, #condition, __VA_ARGS__);          \
    } while (0)
/* The call must return this status; prints the library's message where not. */
#define CHECK_STATUS(call, expected) \
    check_status(__FILE__, __LINE__, #call, (call), (expected))
#define CHECK_OK(call) CHECK_STATUS(call, GN_OK)

void check_failed(const char *file, int line, const char *condition, const char *format, ...)
    __attribute__((format(printf, 4, 5), noreturn));
void check_status(const char *file, int line, const char *call, gn_status got,
                  gn_status expected);
/* |a - b| <= tolerance * max(1, |a|, |b|); false for NaN. */
bool close_to(double a, double b, double tolerance);
bool says(const char *text); /* the library's latest message holds it */
/* The status is the expected one, and the message holds all of the words, with spaces between. */
void refuses(const char *what, gn_status got, gn_status expected, const char *words);

/* Valgrind computes long double in double, by which we know it. It is slow: do less there. */
bool in_valgrind(void);
/* Of many cases a test takes one in so many: all with GN_TEST_DEEP (run.sh --deep). Prime steps
 * meet all bits of a byte. */
size_t one_in(size_t usual, size_t valgrind);

/* SplitMix64 (Steele et al. 2014). */
typedef struct rng { uint64_t state; } rng;
uint64_t draw_bits(rng *r);
size_t draw_size(rng *r, size_t least, size_t most); /* both included */
bool   draw_coin(rng *r);
double draw_real(rng *r, double from, double to);
double draw_normal(rng *r);
void   fill_normal(rng *r, size_t n, gn_real *out);

/* An empty file, or a folder, of a name of its own: in memory, where the system has such a place,
 * since files of ours are waited for until they are on the disk. false: it cannot be made. */
bool make_temporary_file(char path[64]);
bool make_temporary_folder(char path[64]);
/* One for all tests of a program, to be set up and torn down as a group's, and paths in it. */
int make_group_folder(void **state);
int remove_group_folder(void **state);         /* it is empty */
extern char group_folder[64];
const char *in_folder(const char *name); /* the latest eight stay */
typedef struct blob { uint8_t *bytes; size_t n; } blob; /* free() bytes */
blob contents(const char *path);                        /* a mebibyte at most */
void write_contents(const char *path, const uint8_t *bytes, size_t n);
bool holds(const char *path, blob want);

/* Never NULL: a test that runs out of memory fails. */
void *allocate(size_t count, size_t size); /* zeroed; free() it */
gn_real *reals(size_t n);
gn_real *copy_reals(const gn_real *from, size_t n);
bool same_bits(const gn_real *a, const gn_real *b, size_t n);
/* The largest |a - b| / max(1, |a|, |b|); NaN if there is one. */
double distance(const gn_real *a, const gn_real *b, size_t n);

gn_network *make_network(size_t inputs, const gn_layer_spec *layers, size_t n, uint64_t seed);
#define NETWORK(inputs, seed, ...)                                              \
    make_network((inputs), (const gn_layer_spec[]){ __VA_ARGS__ },              \
                 sizeof((const gn_layer_spec[]){ __VA_ARGS__ }) / sizeof(gn_layer_spec), (seed))
gn_context *make_context(const gn_network *net, gn_context_options options);
gn_trainer *make_trainer(gn_network *net, gn_train_options options);
/* Its epochs, which lie one after the other, and how many. */
size_t history_of(const gn_trainer *t, const gn_epoch **epochs);
void randomize(gn_network *net, rng *r, double deviation); /* biases too */
size_t inputs_of(const gn_network *net);
size_t outputs_of(const gn_network *net);

/* Random samples: x normal, y a distribution over the outputs, weights in [0.5, 2). */
typedef struct samples {
    size_t rows, inputs, outputs;
    gn_real *x, *y, *weights;
    int32_t *labels;
} samples;
samples make_samples(rng *r, size_t rows, size_t inputs, size_t outputs);
void free_samples(samples *s);
gn_matrix matrix_of(const gn_real *data, size_t rows, size_t cols);
gn_data with_labels(const samples *s);
gn_data with_targets(const samples *s);

/* support_layer.c: a user's layer, y = s * x with a learned s for each feature. */
extern const gn_layer_type scale_layer;

#endif /* GEMMNET_TESTS_SUPPORT_H */
