/* Compiled with HEADER one of the public headers, which nothing came before. */
#include HEADER

size_t height_of_a_vector(void);
size_t height_of_a_vector(void)
{
    return gn_vector(3).height;
}
