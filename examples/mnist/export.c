/* mnist export FROM TO */
#include "mnist.h"

#include <stdlib.h>

int export(settings *s)
{
    gn_network *net = NULL;
    bool good = model_load(&net, s->from) && model_save(net, s->to);

    if (good && !s->quiet)
        printf("%s has the network of %s, %zu parameters\n", s->to, s->from,
               gn_network_param_count(net));
    gn_network_destroy(net);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
