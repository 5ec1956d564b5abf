"""Makes run.tfevents with TensorBoard's own messages and record writer, and reads it back with its own reader.

Run in this folder: python3 make_tensorboard.py          (tensorboard 2.21)
To see what TensorBoard reads of a folder:  python3 make_tensorboard.py FOLDER
"""
import io
import sys

from tensorboard.backend.event_processing import event_accumulator
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

NAME = "run.tfevents"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63600000000200014898ed110000000049454e44ae426082")


def events():
    yield event_pb2.Event(wall_time=1.5, file_version="brain.Event:2")
    yield event_pb2.Event(wall_time=2.0, step=1, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START))
    for step, loss in [(1, 0.5), (2, 0.25), (300, 0.0)]:
        value = summary_pb2.Summary.Value(tag="loss/train", simple_value=loss)
        yield event_pb2.Event(wall_time=2.0 + step, step=step, summary=summary_pb2.Summary(value=[value]))
    histogram = summary_pb2.HistogramProto(
        min=-1.0, max=3.0, num=5, sum=4.5, sum_squares=13.25, bucket_limit=[0.0, 1.0, 2.0, 3.0], bucket=[1, 2, 0, 2])
    value = summary_pb2.Summary.Value(tag="weights/kernel", histo=histogram)
    yield event_pb2.Event(wall_time=400.25, step=2, summary=summary_pb2.Summary(value=[value]))
    image = summary_pb2.Summary.Image(height=1, width=1, colorspace=1, encoded_image_string=PNG)
    value = summary_pb2.Summary.Value(tag="reconstructions", image=image)
    yield event_pb2.Event(wall_time=401.0, step=2, summary=summary_pb2.Summary(value=[value]))


def show(path):
    reader = event_accumulator.EventAccumulator(path, size_guidance={"scalars": 0, "histograms": 0, "images": 0, "tensors": 0})
    reader.Reload()
    tags = reader.Tags()
    found = {"scalars": {}, "histograms": {}, "images": {}}
    for tag in tags["scalars"]:
        found["scalars"][tag] = [(e.step, round(e.value, 6)) for e in reader.Scalars(tag)]
    for tag in tags["histograms"]:
        found["histograms"][tag] = [
            (e.step, e.histogram_value.min, e.histogram_value.max, e.histogram_value.num, len(e.histogram_value.bucket))
            for e in reader.Histograms(tag)]
    for tag in tags["images"]:
        found["images"][tag] = [(e.step, e.width, e.height, e.encoded_image_string[:4]) for e in reader.Images(tag)]
    return found


if len(sys.argv) > 1:
    for kind, tags in show(sys.argv[1]).items():
        for tag, values in tags.items():
            print(kind, tag, values)
else:
    buffer = io.BytesIO()
    writer = RecordWriter(buffer)
    for event in events():
        writer.write(event.SerializeToString(deterministic=True))
    with open(NAME, "wb") as file:
        file.write(buffer.getvalue())
    found = show(NAME)
    assert found["scalars"] == {"loss/train": [(1, 0.5), (2, 0.25), (300, 0.0)]}, found
    assert found["histograms"] == {"weights/kernel": [(2, -1.0, 3.0, 5.0, 4)]}, found
    assert found["images"] == {"reconstructions": [(2, 1, 1, b"\x89PNG")]}, found
