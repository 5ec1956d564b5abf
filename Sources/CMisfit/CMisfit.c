// The functions of misfit.h are in Swift, in the target MisfitC; the compiler checks the header here.
#include "misfit.h"
