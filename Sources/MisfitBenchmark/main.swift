print("misfit-benchmark")
