# What Doxygen reads of a header: the prose of its comments, with errors by their whole names and
# in a paragraph of their own.
s/\b(ARGUMENT|SHAPE|MEMORY|IO|FORMAT|UNKNOWN|NONFINITE|UNSUPPORTED)\b/#GN_ERR_\1/g
s/Errors: /@errors /
