/* The functions that an exported network is made of: C99 that C++ takes too, without a warning.
 * They compute as the kernels do (kernels/activations.h): nothing overflows that need not, NaN
 * stays. */
#include "files/c/source.h"

/* An activation number by number: what is done with each is a line, or a block. */
#define EACH(name, argument, body)                             \
    "static void @_" name "(int n, " REAL " *y" argument ")\n" \
    "{\n"                                                      \
    "    for (int i = 0; i < n; i++)" body                     \
    "}\n"                                                      \
    "\n"
#define LINE(code) "\n        " code "\n"
#define BLOCK(code) " {\n" code "    }\n"
#define ALPHA ", " REAL " alpha"
#define Z "        const " REAL " z = y[i];\n"
/* Beyond -800 the other factor is 0, and an infinite z would make NaN of it. */
#define Z_FROM_800 "        const " REAL " z = y[i] < -800.0" F " ? -800.0" F " : y[i];\n"
#define E "        const " REAL " e = exp" F "(-fabs" F "(z)); /* cannot overflow */\n"

static const char dense[] =
    "/* y = W x + b, where W is units x inputs, and b may be 0. Four sums do not wait for one\n"
    " * another. */\n"
    "static void @_dense(int inputs, int units, const " REAL " *w, const " REAL " *b,\n"
    "    const " REAL " *x, " REAL " *y)\n"
    "{\n"
    "    for (int i = 0; i < units; i++, w += inputs) {\n"
    "        " REAL " s0 = b ? b[i] : 0.0" F ", s1 = 0.0" F ", s2 = 0.0" F ", s3 = 0.0" F ";\n"
    "        int j = 0;\n"
    "        for (; j + 4 <= inputs; j += 4) {\n"
    "            s0 += w[j] * x[j];\n"
    "            s1 += w[j + 1] * x[j + 1];\n"
    "            s2 += w[j + 2] * x[j + 2];\n"
    "            s3 += w[j + 3] * x[j + 3];\n"
    "        }\n"
    "        for (; j < inputs; j++)\n"
    "            s0 += w[j] * x[j];\n"
    "        y[i] = (s0 + s1) + (s2 + s3);\n"
    "    }\n"
    "}\n"
    "\n";

static const char scale[] =
    "/* From the units of the inputs to those of the network ... */\n"
    "static void @_scale(int n, const " REAL " *shift, const " REAL " *scale, const " REAL " *x,\n"
    "    " REAL " *y)\n"
    "{\n"
    "    for (int i = 0; i < n; i++)\n"
    "        y[i] = (x[i] - shift[i]) / scale[i];\n"
    "}\n"
    "\n";

static const char unscale[] =
    "/* From the units of the network to those of the outputs. */\n"
    "static void @_unscale(int n, const " REAL " *shift, const " REAL " *scale, " REAL " *y)\n"
    "{\n"
    "    for (int i = 0; i < n; i++)\n"
    "        y[i] = y[i] * scale[i] + shift[i];\n"
    "}\n"
    "\n";

static const char copy[] =
    "static void @_copy(int n, const " REAL " *x, " REAL " *y)\n"
    "{\n"
    "    for (int i = 0; i < n; i++)\n"
    "        y[i] = x[i];\n"
    "}\n"
    "\n";

static const char softmax[] =
    "/* exp(y) / sum of exp(y), both divided by exp(most), so that nothing overflows. */\n"
    "static void @_softmax(int n, " REAL " *y)\n"
    "{\n"
    "    " REAL " most = y[0], sum = 0.0" F ";\n"
    "    for (int i = 1; i < n; i++)\n"
    "        most = y[i] > most ? y[i] : most;\n"
    "    for (int i = 0; i < n; i++) {\n"
    "        y[i] = exp" F "(y[i] - most);\n"
    "        sum += y[i];\n"
    "    }\n"
    "    for (int i = 0; i < n; i++)\n"
    "        y[i] /= sum;\n"
    "}\n"
    "\n";

static const gni_c_loop activations[] = {
    { &gn_identity, NULL, false },
    { &gn_sigmoid,
      EACH("sigmoid", "",
           BLOCK(Z E "        y[i] = (z < 0.0" F " ? e : 1.0" F ") / (1.0" F " + e);\n")),
      false },
    { &gn_tanh, EACH("tanh", "", LINE("y[i] = tanh" F "(y[i]);")), false },
    { &gn_relu, EACH("relu", "", LINE("y[i] = y[i] < 0.0" F " ? 0.0" F " : y[i];")), false },
    { &gn_leaky_relu,
      EACH("leaky_relu", ALPHA, LINE("y[i] = y[i] < 0.0" F " ? alpha * y[i] : y[i];")), true },
    { &gn_elu,
      EACH("elu", ALPHA, LINE("y[i] = y[i] < 0.0" F " ? alpha * expm1" F "(y[i]) : y[i];")), true },
    { &gn_gelu,
      EACH("gelu", "",
           BLOCK(Z_FROM_800 "        y[i] = 0.5" F " * z * erfc" F "(-0.70710678118654752" F
                            " * z); /* 1 / sqrt(2) */\n")),
      false },
    { &gn_silu,
      EACH("silu", "",
           BLOCK(Z_FROM_800 E "        y[i] = (z < 0.0" F " ? z * e : z) / (1.0" F " + e);\n")),
      false },
    { &gn_softplus,
      EACH("softplus", "",
           BLOCK(Z E "        y[i] = (z < 0.0" F " ? 0.0" F " : z) + log1p" F "(e);\n")),
      false },
    { &gn_softmax, softmax, false },
};

const gni_c_loop *gni_c_activation(const gn_activation *f)
{
    for (size_t i = 0; i < sizeof activations / sizeof activations[0]; i++) {
        gn_activation mine = *activations[i].activation;
        mine.alpha = f->alpha;
        if (gn_same_activation(&mine, f))
            return &activations[i];
    }
    return NULL;
}

const char *gni_c_code(gni_c_part part)
{
    static const char *const codes[] = { dense, scale, unscale, copy };
    return codes[part];
}
