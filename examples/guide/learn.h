/* Chapter 3's network and data: trained in several ways, on any machine with the same result. */
#ifndef LEARN_H
#define LEARN_H

#include <gemmnet/gemmnet.h>

enum { SAMPLES = 512, EPOCHS = 60 };

typedef struct settings {
    double rate, factor; /* the learning rate, and what it is multiplied by after each epoch */
    size_t batch;
} settings;

typedef struct result {
    double loss[EPOCHS + 1]; /* over all samples, before training and after each epoch */
    size_t epochs, steps;    /* fewer than planned where the numbers overflow */
} result;

/* SAMPLES samples of y = sin(3 x) with noise. */
const gn_data *samples(void);
/* The network, for the caller to destroy. */
gn_status train(const settings *how, result *r, gn_network **net);

#endif
