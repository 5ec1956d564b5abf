// The C interface of Misfit: fit a model of a table or of images, and score data with it.
//
//   MisfitError *error = NULL;
//   const char *paths[] = {"sensors.csv"};
//   MisfitData *data = NULL;
//   MisfitModel *model = NULL;
//   MisfitTable *scores = NULL;
//   if (misfit_data_open(paths, 1, NULL, &data, &error) ||
//       misfit_fit(data, "{\"model\": \"pca\", \"seed\": 1}", NULL, &model, &error) ||
//       misfit_score(model, data, NULL, NULL, &scores, &error)) {
//     fprintf(stderr, "%s\n", misfit_error_text(error));
//     misfit_error_free(error);
//   }
//   const double *values = misfit_table_doubles(scores, "score");
//   misfit_table_free(scores);
//   misfit_model_free(model);
//   misfit_data_free(data);
//
// Errors. Functions that can fail return a code, 0 if they succeed. If `error` is not NULL, it
// receives the error, which misfit_error_free frees. No function ends the process because of its
// arguments: NULL where an object is needed, negative counts and wrong lengths are
// MISFIT_ERROR_ARGUMENT.
//
// Ownership. What a function returns through a pointer is freed with the `free` function of its type;
// these accept NULL. Texts that functions return belong to the object that was asked, and are valid
// until it is freed. A data object may be freed while models fitted from it are used, but not during a
// call that uses it.
//
// Threads. Any number of threads may use a model, a data object of rows in memory and a table at once. A
// stream that is read once serves a single call. Results do not depend on the number of threads.
//
// Options are JSON objects with the names, groups and defaults of the Swift library, NULL for the
// defaults; an unknown name is an error that names the nearest one. Text is UTF-8.
#ifndef MISFIT_H
#define MISFIT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The Arrow C data interface and the C stream interface, as published:
// https://arrow.apache.org/docs/format/CDataInterface.html
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif  // ARROW_C_DATA_INTERFACE

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif  // ARROW_C_STREAM_INTERFACE

// A fitted model; it never changes.
typedef struct MisfitModel MisfitModel;
// Rows or images to learn from or to score.
typedef struct MisfitData MisfitData;
// Results: columns of equal length.
typedef struct MisfitTable MisfitTable;
// Scores that were computed in parts, on several machines for instance.
typedef struct MisfitScores MisfitScores;
// Moments of rows that were computed in parts.
typedef struct MisfitMoments MisfitMoments;
// The reason why a function failed.
typedef struct MisfitError MisfitError;

// The kinds of errors.
enum {
  MISFIT_OK = 0,
  MISFIT_ERROR_ARGUMENT = 1,   // an argument is NULL, negative or contradicts another
  MISFIT_ERROR_OPTION = 2,     // an option is unknown, or its value is of no use
  MISFIT_ERROR_DATA = 3,       // the data cannot be read, or does not fit the model
  MISFIT_ERROR_MODEL = 4,      // a model file is damaged or of another version
  MISFIT_ERROR_FILE = 5,       // a file cannot be opened, read or written
  MISFIT_ERROR_FIT = 6,        // the options contradict each other or the data, or training diverged
  MISFIT_ERROR_CANCELLED = 7,  // a callback asked to stop
  MISFIT_ERROR_INTERNAL = 8    // anything else
};

// Functions that a long call reports to, from the thread that made the call; each may be NULL.
typedef struct MisfitCallbacks {
  // Passed to the functions below.
  void *context;
  // Called with notes on the data, and with the choices that the options left open.
  void (*log)(void *context, const char *message);
  // Called about ten times a second with what is done and how much of how much: `reading` and `scoring` with
  // rows, `learning` and `calibrating` with rows, `training` with epochs. `total` is 0 if it is not known.
  // The call ends with MISFIT_ERROR_CANCELLED if the function returns anything but 0.
  int32_t (*progress)(void *context, const char *activity, int64_t done, int64_t total);
} MisfitCallbacks;

// Returns the version of the library: "0.1.0".
const char *misfit_version(void);

// Errors ------------------------------------------------------------------------------------------

// Returns the kind of an error; MISFIT_OK for NULL.
int32_t misfit_error_code(const MisfitError *error);
// Returns the whole message: position, problem and, on a line of its own, the remedy.
const char *misfit_error_text(const MisfitError *error);
// Returns the problem, as a sentence without a full stop.
const char *misfit_error_problem(const MisfitError *error);
// Returns the position in the input, as in `sensors.csv:12: column "load"`; NULL if there is none.
const char *misfit_error_position(const MisfitError *error);
// Returns the remedy; NULL if there is none to recommend.
const char *misfit_error_remedy(const MisfitError *error);
void misfit_error_free(MisfitError *error);

// Data --------------------------------------------------------------------------------------------
//
// Options of data: idColumn, labelColumn, ignoredColumns, kinds (an object, column: kind),
// missingWords, keptWords, dateOrder, badData ("stop", "skip" or "missing"); for text also delimiter,
// encoding, hasHeader, skippedLineCount, comment, decimal and thousands; for images labelsPath, size
// ([width, height]), isGrey and tiles ({side, stride, score}). Data is checked when it is used: what
// cannot be read is an error of the call that reads it.

// Names files, folders and patterns, as the command does; nothing is opened yet.
int32_t misfit_data_open(const char *const *paths, int64_t count, const char *options, MisfitData **data,
                         MisfitError **error);

// Copies the bytes of a file in memory: CSV, JSON, NPY and others, compressed or not.
int32_t misfit_data_bytes(const void *bytes, int64_t count, const char *name, const char *options,
                          MisfitData **data, MisfitError **error);

// The types of plain numbers.
enum {
  MISFIT_FLOAT32 = 0,
  MISFIT_FLOAT64 = 1,
  MISFIT_UINT8 = 2,
  MISFIT_INT8 = 3,
  MISFIT_UINT16 = 4,
  MISFIT_INT16 = 5,
  MISFIT_UINT32 = 6,
  MISFIT_INT32 = 7,
  MISFIT_UINT64 = 8,
  MISFIT_INT64 = 9,
  MISFIT_FLOAT16 = 10,
  MISFIT_BOOL8 = 11
};

// Uses a row-major array without copying it: [rows, columns], or images as [count, height, width] or
// [count, height, width, channels].
//
// `values` must stay valid and unchanged until the data is freed. Images of MISFIT_UINT8 are pixels
// from 0 to 255. Every number must be finite.
int32_t misfit_data_array(const void *values, int32_t type, const int64_t *shape, int32_t dimension_count,
                          const char *name, const char *options, MisfitData **data, MisfitError **error);

// Takes a record batch: an array of structures, whose children are the columns. Both structures are
// moved: they are marked as released, also if the call fails.
//
// Numbers, booleans, texts, dates, times, decimals and dictionaries are columns. A column of lists of
// one fixed length, nested for images, makes samples of this shape; other columns are then identifiers
// and labels. Numbers are read where they are, without a copy; a missing cell is a null or NaN.
int32_t misfit_data_arrow(struct ArrowSchema *schema, struct ArrowArray *array, const char *name,
                          const char *options, MisfitData **data, MisfitError **error);

// Takes a stream of record batches, which is moved, also if the call fails.
//
// If `keeps_batches` is not 0, all batches are read now and kept where they are, as fitting needs,
// which reads data several times. Otherwise a single call can use the data, and one batch at a time is
// in memory.
int32_t misfit_data_stream(struct ArrowArrayStream *stream, int32_t keeps_batches, const char *name,
                           const char *options, MisfitData **data, MisfitError **error);

void misfit_data_free(MisfitData *data);

// Models ------------------------------------------------------------------------------------------

// Fits a model. The same data, options and seed give the same bits.
//
// Options: model, components, seed, scaling; network {hidden, decoder, architecture, isTied,
// activation, outputActivation, initialization}; training {loss, optimizer {kind, learningRate,
// momentum, weightDecay}, epochs, batchSize, patience, plateauPatience, shardCount, clipNorm, noise
// {kind, amount, isKept}, penalties, precision}; neighbors {count, referenceLimit, trimmedShare}; rows
// {areScored, contamination, validationShare}; series {timeColumn, seriesColumn, window, stride,
// gaps}; scores {measure, calibration, quantile}; run {threadCount, memoryLimitBytes, checkpointPath,
// resumes}.
int32_t misfit_fit(const MisfitData *data, const char *options, const MisfitCallbacks *callbacks,
                   MisfitModel **model, MisfitError **error);

// Reads a model from a file. Any bytes may be given: a model file holds no code.
int32_t misfit_load(const char *path, MisfitModel **model, MisfitError **error);

// Writes a model to a file; an existing file is unchanged if that fails.
int32_t misfit_save(const MisfitModel *model, const char *path, MisfitError **error);

// Returns the model calibrated on other rows, which should be normal; `quantile` of their scores is the
// threshold, NaN for that of the fit.
int32_t misfit_calibrate(const MisfitModel *model, const MisfitData *data, double quantile,
                         const MisfitCallbacks *callbacks, MisfitModel **calibrated, MisfitError **error);

// Returns a description of the model as JSON, as `misfit inspect --json` prints it: kind, columns,
// training, threshold.
const char *misfit_describe(const MisfitModel *model);

void misfit_model_free(MisfitModel *model);

// Results -----------------------------------------------------------------------------------------
//
// Options of scoring: flag (a rule: {falseAlarmRate}, {falseDiscoveryRate}, {quantile}, {contamination} or
// {threshold}), threadCount, and precision ("f32" or "bf16").

// Scores data: id (text), label (text, if there are labels), score, percentile, p_value, flag
// (boolean), error.
int32_t misfit_score(const MisfitModel *model, const MisfitData *data, const char *options,
                     const MisfitCallbacks *callbacks, MisfitTable **table, MisfitError **error);

// Scores data while `stream` is read, in constant memory; it has the columns of misfit_score. The
// model and the data may be freed before the stream is.
int32_t misfit_score_stream(const MisfitModel *model, const MisfitData *data, const char *options,
                            struct ArrowArrayStream *stream, MisfitError **error);

// Returns the `count` samples with the largest scores, in order of rank, with the columns of misfit_score.
int32_t misfit_rank(const MisfitModel *model, const MisfitData *data, int64_t count, const char *options,
                    const MisfitCallbacks *callbacks, MisfitTable **table, MisfitError **error);

// Returns why samples have their scores, up to `top` rows a sample, one for each column by its share:
// id, rank (from 1), column, share, value, expected, direction. Values are texts, in the data's own
// units.
int32_t misfit_reasons(const MisfitModel *model, const MisfitData *data, int64_t top, const char *options,
                       const MisfitCallbacks *callbacks, MisfitTable **table, MisfitError **error);

// Checks data against the model, as `misfit check` does: a table of one row with the column `json`, the
// text that `misfit check --json` prints. Missing columns are a finding; cells that cannot be read are an
// error. `alpha` is the share of normal rows that may be flagged; NaN for 0.01.
int32_t misfit_check(const MisfitModel *model, const MisfitData *data, double alpha, const char *options,
                     const MisfitCallbacks *callbacks, MisfitTable **table, MisfitError **error);

// Returns the code of each sample: code_1, code_2 and so on, as 32-bit floats.
int32_t misfit_encode(const MisfitModel *model, const MisfitData *data, const MisfitCallbacks *callbacks,
                      MisfitTable **table, MisfitError **error);

// Returns the reconstruction of each sample in the data's own units: a column for each feature, of
// doubles or of texts. Images have a single column `image`, lists of height x width x channels
// doubles.
int32_t misfit_reconstruct(const MisfitModel *model, const MisfitData *data, const MisfitCallbacks *callbacks,
                           MisfitTable **table, MisfitError **error);

// Scores data and writes a folder with a page, report.html, plots, scores and a summary.
int32_t misfit_report(const MisfitModel *model, const MisfitData *data, const char *folder,
                      const char *options, const MisfitCallbacks *callbacks, MisfitError **error);

// Returns the number of rows of a table; 0 for NULL.
int64_t misfit_table_row_count(const MisfitTable *table);
// Returns the doubles of a column, as many as the table has rows; NULL if it has no such column of doubles.
// NaN is a missing value.
const double *misfit_table_doubles(const MisfitTable *table, const char *column);
// Exports a table by the Arrow C stream interface, without a copy; the table may be freed before the
// stream.
int32_t misfit_table_stream(const MisfitTable *table, struct ArrowArrayStream *stream, MisfitError **error);
void misfit_table_free(MisfitTable *table);

// Scores in parts ---------------------------------------------------------------------------------
//
// A collection of scores has a bounded size: it counts them in a sketch, and keeps the 100,000 largest. It
// depends on the scores alone, not on their order or on the parts that were merged.

// Creates an empty collection.
int32_t misfit_scores_create(MisfitScores **scores, MisfitError **error);
// Reads a collection from bytes of misfit_scores_bytes. Any bytes may be given.
int32_t misfit_scores_read(const void *bytes, int64_t count, MisfitScores **scores, MisfitError **error);
// Adds scores; NaN is excluded.
int32_t misfit_scores_add(MisfitScores *scores, const double *values, int64_t count, MisfitError **error);
// Adds the scores of another collection.
int32_t misfit_scores_merge(MisfitScores *scores, const MisfitScores *other, MisfitError **error);
// Returns the collection as bytes, at most a few megabytes; they are valid until it changes or is freed.
int32_t misfit_scores_bytes(const MisfitScores *scores, const void **bytes, int64_t *count,
                            MisfitError **error);
// Returns the number of scores; 0 for NULL.
int64_t misfit_scores_count(const MisfitScores *scores);
// Returns the score above which a share of these scores is flagged, as the rule {contamination} does.
int32_t misfit_scores_threshold(const MisfitScores *scores, double contamination, double *threshold,
                                MisfitError **error);
// Returns the model calibrated on scores that it computed of other rows; see misfit_calibrate. `name` is
// that of the rows' source.
int32_t misfit_calibrate_scores(const MisfitModel *model, const MisfitScores *scores, const char *name,
                                double quantile, MisfitModel **calibrated, MisfitError **error);
void misfit_scores_free(MisfitScores *scores);

// Moments in parts --------------------------------------------------------------------------------
//
// The mean and the covariance of rows as a model of principal components sees them: scaled, and with
// missing cells imputed. They are sums of integers: they depend on the rows alone, not on their order or on
// the parts that were merged.

// Returns the moments of all rows of data; without those with cells that training has not seen, or hundreds
// of deviations from the mean. `threads` below 1 uses all cores. Fails for models that are no principal
// components of tables.
int32_t misfit_moments(const MisfitModel *model, const MisfitData *data, int64_t threads,
                       MisfitMoments **moments, MisfitError **error);
// Reads moments from bytes of misfit_moments_bytes. Any bytes may be given.
int32_t misfit_moments_read(const void *bytes, int64_t count, MisfitMoments **moments, MisfitError **error);
// Adds the rows of other moments, which the same model has computed.
int32_t misfit_moments_merge(MisfitMoments *moments, const MisfitMoments *other, MisfitError **error);
// Returns the moments as bytes, 8 times the square of the number of inputs; they are valid until the
// moments change or are freed.
int32_t misfit_moments_bytes(const MisfitMoments *moments, const void **bytes, int64_t *count,
                             MisfitError **error);
// Returns the number of rows; 0 for NULL.
int64_t misfit_moments_count(const MisfitMoments *moments);
// Returns the model with the principal components of other rows, by the moments that it computed of them.
// `options` may have "components". Scaling, imputation and calibration remain; see misfit_calibrate_scores.
int32_t misfit_refit(const MisfitModel *model, const MisfitMoments *moments, const char *options,
                     MisfitModel **refitted, MisfitError **error);
void misfit_moments_free(MisfitMoments *moments);

#ifdef __cplusplus
}
#endif

#endif  // MISFIT_H
