/* See support_maps.h. */
#include <sys/mman.h>
#include "support_maps.h"

int maps_left = -1;
int maps;

void *__real_mmap64(void *address, size_t size, int protection, int flags, int file, off_t offset);
void *__wrap_mmap64(void *address, size_t size, int protection, int flags, int file, off_t offset);

void *__wrap_mmap64(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    maps++;
    if (maps_left == 0)
        return MAP_FAILED;
    maps_left -= maps_left > 0;
    return __real_mmap64(address, size, protection, flags, file, offset);
}
