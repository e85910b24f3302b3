/* The weight of y = 2 x as gemmnet (or gemmnet-double) learns it, or -1. */
double learned_in_float(void);
double learned_in_double(void);
