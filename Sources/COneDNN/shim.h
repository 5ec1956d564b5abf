#pragma once
#include "Convolution.h"
#include "Memory.h"
#include "Primitive.h"
#include "Product.h"
