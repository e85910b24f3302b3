/* Ctrl-C and SIGTERM set a flag; a second one, or a minute after SIGTERM, ends the program. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

void interrupt_catch(void);
void interrupt_release(void); /* from here on the first one ends the program again */
bool interrupted(void);

#endif /* INTERRUPT_H */
