/* The messages of onnx.proto, as protoc-c makes them: included rather than compiled, so that
 * internal_names.h gives them names of their own in each precision. */
#include "base/base.h"
#include "files/onnx/onnx.pb-c.c"
