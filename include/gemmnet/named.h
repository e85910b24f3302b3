/** @file
 * The library's parts by name, for programs and files that hold names: command lines, settings,
 * other languages. gemmnet.h includes this, and says what holds for all functions. */
#ifndef GEMMNET_NAMED_H
#define GEMMNET_NAMED_H

#include <gemmnet/gemmnet.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @defgroup named Parts by name
 * "tanh" instead of &gn_tanh.
 *
 * A part's name is its member `name`, and gn_tanh is called "tanh"; case matters. What is found is
 * the library's constant itself, the same on each call: it lives as long as the library does and
 * is not to be freed. Any thread may call these functions.
 *
 * They give NULL where the library has no part of that name, and where name is NULL.
 * gn_error_message() then says which names there are. Look before you use what you got: in a
 * gn_layer_spec NULL means the default.
 * @code{.c}
 * #include <stdio.h>
 *
 * gn_status make(gn_network **net, const char *name) // 784 inputs, 16 units of that activation, 10
 * {
 *     const gn_activation *f = gn_activation_named(name);
 *     const gn_layer_spec layers[] = {
 *         { .units = 16, .activation = f }, { .units = 10, .activation = &gn_softmax },
 *     };
 *     return f ? gn_network_create(net, gn_vector(784), layers, 2, 1) : GN_ERR_UNKNOWN;
 * }
 *
 * void list(void)
 * {
 *     const char *name;
 *     for (size_t i = 0; (name = gn_name(GN_ACTIVATION, i)); i++)
 *         puts(name);
 * }
 * @endcode
 * @{ */
struct gn_optimizer; /* train.h, which may be on its way to here */

/** The activation of that name; alpha is its usual one. */
GN_API const gn_activation *gn_activation_named(const char *name);
/** The loss of that name; alpha is its usual one. */
GN_API const gn_loss *gn_loss_named(const char *name);
/** The initialisation of that name. */
GN_API const gn_init *gn_init_named(const char *name);
/** The layer type of that name: "dense" or "dropout". */
GN_API const gn_layer_type *gn_layer_type_named(const char *name);
/** The optimizer of that name with its usual numbers, to be copied (`options.optimizer = *found`):
 * "sgd" is gn_sgd(0, false), "momentum" gn_sgd(0.9, false), "nesterov" gn_sgd(0.9, true),
 * "adagrad" gn_adagrad(1e-10), "rmsprop" gn_rmsprop(0.99, 1e-8), "adam" gn_adam_defaults() and
 * "rprop" gn_rprop_defaults(). AdamW is "adam" with options.weight_decay. */
GN_API const struct gn_optimizer *gn_optimizer_named(const char *name);

/** What can be found by name. */
typedef enum gn_kind {
    GN_ACTIVATION, /**< gn_activation_named() */
    GN_LOSS,       /**< gn_loss_named() */
    GN_INIT,       /**< gn_init_named() */
    GN_LAYER_TYPE, /**< gn_layer_type_named() */
    GN_OPTIMIZER   /**< gn_optimizer_named() */
} gn_kind;

/** The i-th name of that kind, from 0; NULL after the last one. Sets no error. */
GN_API const char *gn_name(gn_kind kind, size_t i);

/** @} */

#ifdef __cplusplus
}
#endif
#endif /* GEMMNET_NAMED_H */
