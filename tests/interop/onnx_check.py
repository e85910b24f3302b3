"""Is each file of a folder a valid model?  python3 onnx_check.py FOLDER

onnx.checker with inference of shapes, as it is and with each opset that it is to be valid for.
"""
import pathlib
import sys

import onnx

count = 0
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    model = onnx.load(path)
    rows, columns = model.graph.output[0].type.tensor_type.shape.dim
    assert model.ir_version <= 8 and rows.dim_param and columns.dim_value, path
    assert [v.name for v in model.graph.input] == ["input"], path
    assert [v.name for v in model.graph.output] == ["output"], path
    for opset in range(13, 18):
        model.opset_import[0].version = opset
        onnx.checker.check_model(model, full_check=True)
    count += 1
print(count, "models are valid")
sys.exit(count == 0)
