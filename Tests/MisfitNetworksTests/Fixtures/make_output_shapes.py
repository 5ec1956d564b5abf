"""Output shapes of Keras' layers over an image of 7 x 10 pixels and 2 channels, by the words of Misfit's architectures.

    KERAS_BACKEND=jax python make_output_shapes.py > output_shapes.json

Written with Keras 3 on JAX.
"""
import json

from keras import layers

INPUT = (None, 7, 10, 2)
CASES = {
    "conv 3 3": layers.Conv2D(3, 3, padding="same"),
    "conv 3 3 s2": layers.Conv2D(3, 3, strides=2, padding="same"),
    "conv 3 3 s2 valid": layers.Conv2D(3, 3, strides=2, padding="valid"),
    "conv 3 4x2 s3x1": layers.Conv2D(3, (4, 2), strides=(3, 1), padding="same"),
    "conv 3 4x2 s3x1 valid": layers.Conv2D(3, (4, 2), strides=(3, 1), padding="valid"),
    "deconv 3 3 s2": layers.Conv2DTranspose(3, 3, strides=2, padding="same"),
    "deconv 3 3 s2 valid": layers.Conv2DTranspose(3, 3, strides=2, padding="valid"),
    "deconv 3 2 s3": layers.Conv2DTranspose(3, 2, strides=3, padding="same"),
    "deconv 3 2 s3 valid": layers.Conv2DTranspose(3, 2, strides=3, padding="valid"),
    "deconv 3 5x1 s1x4 valid": layers.Conv2DTranspose(3, (5, 1), strides=(1, 4), padding="valid"),
    "pool 2": layers.MaxPooling2D(2),
    "pool 2 same": layers.MaxPooling2D(2, padding="same"),
    "pool 3x2 s2 same": layers.MaxPooling2D((3, 2), strides=2, padding="same"),
    "pool 3 s2": layers.MaxPooling2D(3, strides=2),
    "avgpool 3 s2 same": layers.AveragePooling2D(3, strides=2, padding="same"),
    "avgpool 2x5": layers.AveragePooling2D((2, 5)),
    "up 2x3": layers.UpSampling2D((2, 3)),
}
shapes = {text: [int(extent) for extent in layer.compute_output_shape(INPUT)[1:]] for text, layer in CASES.items()}
print("{\n" + ",\n".join(f"  {json.dumps(text)}: {shape}" for text, shape in shapes.items()) + "\n}")
