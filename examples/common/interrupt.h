/* Ctrl-C and SIGTERM set a flag; a second one, or a minute after SIGTERM, ends the program. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

void interrupt_catch(void);
void interrupt_release(void); /* from here on the first one ends the program again */
bool interrupted(void);
int interrupt_code(void); /* what a shell says of a program that this signal ended: 130, 143 */

#endif /* INTERRUPT_H */
