#include "shipped_data.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t breast_cancer[] = {
#embed "../../data/breast-cancer.csv"
};
static const uint8_t digits[] = {
#embed "../../data/digits.csv.gz"
};
static const uint8_t random30[] = {
#embed "../../data/random30.csv"
};

static const struct {
  const uint8_t *bytes;
  size_t count;
} files[] = {
  [misfit_shipped_breast_cancer] = {breast_cancer, sizeof breast_cancer},
  [misfit_shipped_digits] = {digits, sizeof digits},
  [misfit_shipped_random30] = {random30, sizeof random30},
};

size_t misfit_shipped_byte_count(enum misfit_shipped_file file) { return files[file].count; }

uint8_t misfit_shipped_byte(enum misfit_shipped_file file, size_t index) {
  return index < files[file].count ? files[file].bytes[index] : 0;
}
