/* Networks of every kind that ONNX can hold: random layers, activations and scalings. */
#ifndef GEMMNET_TESTS_SUPPORT_ONNX_H
#define GEMMNET_TESTS_SUPPORT_ONNX_H

#include "support.h"

gn_network *exportable_network(uint64_t seed);
/* The outputs of n rows; free() them. */
gn_real *outputs_for(const gn_network *net, const gn_real *x, size_t n);

#endif /* GEMMNET_TESTS_SUPPORT_ONNX_H */
