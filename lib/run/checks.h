/* Checks of what comes from outside, made before anything happens, so that nothing can go wrong
 * later. */
#ifndef GNI_CHECKS_H
#define GNI_CHECKS_H

#include "network/network.h"

/* pairing.c: which loss goes with which network */
gn_status gni_check_loss(const char *who, const gn_network *net, const gn_loss *loss);

/* data.c */
gn_status gni_check_matrix(const char *who, const char *name, const gn_matrix *m, size_t cols);
gn_status gni_check_data(const char *who, const gn_context *ctx, const gn_loss *loss,
                         const gn_data *data);
/* Slow: it reads it all. numbers: what to call the rows; NULL: as they are */
gn_status gni_check_finite(const char *who, const gn_data *data, const gn_loss *loss,
                           const size_t *numbers);
/* Fails with what in the data is not finite, or else with what and its value. */
gn_status gni_nonfinite(const char *who, const gn_data *data, const gn_loss *loss,
                        const char *what, double value);
gn_status gni_check_labels(const char *who, const gn_network *net, size_t n, const int32_t *labels,
                           const size_t *numbers);
bool gni_has_labels(const gn_data *data, const gn_loss *loss);

/* targets.c: what our losses cannot learn from */
gn_status gni_check_targets(const char *who, const gn_network *net, const gn_loss *loss,
                            const gn_matrix *y, const size_t *numbers);
gn_status gni_check_weights(const char *who, bool negative, size_t n, const gn_real *weights,
                            const size_t *numbers);

/* context.c, evaluate.c */
gn_status gni_check_sizes(const char *who, int threads, size_t tile_rows);
gn_status gni_check_whole(const char *who, const gn_context *ctx, size_t rows, size_t lanes);

#endif /* GNI_CHECKS_H */
