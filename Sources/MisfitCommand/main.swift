print("misfit")
