"""Models as ONNX graphs: written, made smaller, and run. Needs the extra `onnx`."""
