/* Deviations and bounds of initial weights. Made by make.py: do not edit. */
#ifndef GEMMNET_TESTS_REFERENCE_INITIALISATION_H
#define GEMMNET_TESTS_REFERENCE_INITIALISATION_H

#include "reference.h"

enum { INPUTS = 300, UNITS = 400 };

static const struct init_case {
    const gn_init *init;
    double deviation, bound; /* bound 0: normal */
} init_cases[] = {
    { &gn_glorot_uniform, 0.05345224838248488, 0.09258200997725514 },
    { &gn_glorot_normal, 0.05345224838248488, 0 },
    { &gn_he_uniform, 0.08164965809277261, 0.1414213562373095 },
    { &gn_he_normal, 0.08164965809277261, 0 },
    { &gn_lecun_uniform, 0.05773502691896258, 0.1 },
    { &gn_lecun_normal, 0.05773502691896258, 0 },
};

#endif /* GEMMNET_TESTS_REFERENCE_INITIALISATION_H */
