/* Messages: one line each, on stderr. */
#ifndef COMPLAIN_H
#define COMPLAIN_H

#include <gemmnet/gemmnet.h>
#include <stdbool.h>

extern const char program_name[]; /* of each program, beside its main; messages begin with it */

#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
bool complain(const char *format, ...); /* false, so that one may return it */
bool worked(gn_status status);          /* if not, complains in the library's words */
/* '?' for what a terminal would obey, but for the letters to keep. complain does it. */
void make_plain(char *text, const char *keep);

#endif /* COMPLAIN_H */
