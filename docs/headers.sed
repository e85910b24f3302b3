# What Doxygen reads of a header: the prose of its comments, with errors by their whole names and
# in a paragraph of their own, with files as links, and without the end of a sentence in "et al.".
s/et al\. /et al.\\ /g
s|docs/([a-z]+)\.md|[docs/\1.md](\1.html)|
s|examples/([a-z_]+)\.c|[&](\1_8c-example.html)|
s/\b(ARGUMENT|SHAPE|MEMORY|IO|FORMAT|UNKNOWN|NONFINITE|UNSUPPORTED)\b/#GN_ERR_\1/g
s/Errors: /@errors /
