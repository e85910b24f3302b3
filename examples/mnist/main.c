/* Trains a network to read handwritten digits, and shows how well it does.
 *
 * settings.c reads the command line: a verb and its options. For train, dataset.c reads the
 * images; recipe.c makes a network and training options of them; the library trains while
 * progress.c watches and checkpoint.c saves; result.c measures on the test images, and screen.c
 * and record.c tell people and programs. test, export, show and report have model.c read a network
 * that was saved. What is drawn on a terminal is in picture.h, what makes the page of a run in
 * page.h; dataset.c, recipe.c and whatever else other programs use, too, is in ../common/. */
#include "mnist.h"

#include <stdlib.h>

enum { USAGE = 2 };

const char program_name[] = "mnist";

static int (*const run_verb[])(settings *) = { [TRAIN] = train, [TEST] = test, [EXPORT] = export,
                                               [SHOW] = show, [REPORT] = report };

int main(int argc, char **argv)
{
    settings s;
    int code = USAGE;

    if (!settings_parse(&s, argc, argv))
        goto done;
    code = EXIT_SUCCESS;
    if (s.help)
        settings_help(&s);
    else if (s.version)
        printf("mnist, gemmnet %s\n", gn_version());
    else
        code = run_verb[s.verb](&s);
done:
    settings_free(&s);
    return code;
}
