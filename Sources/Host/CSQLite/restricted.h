// SQLite with what a database from outside may make it do taken away. sqlite3_db_config is variadic, which Swift cannot
// call, and a callback that decides in C needs no context.
#ifndef TRAMMEL_SQLITE_RESTRICTED_H
#define TRAMMEL_SQLITE_RESTRICTED_H

#include <sqlite3.h>
#include <stddef.h>

// Reading columns of tables that our statement names, and the number of the schema's version: nothing else. What a view
// or trigger of the file reads carries its name as `accessor`.
static inline int trammel_sqlite_authorize(void *context, int action, const char *first, const char *second,
                                           const char *database, const char *accessor) {
  (void)context;
  (void)database;
  if (accessor != NULL) return SQLITE_DENY;
  if (action == SQLITE_SELECT || action == SQLITE_READ) return SQLITE_OK;
  if (action == SQLITE_PRAGMA && second == NULL && sqlite3_stricmp(first, "user_version") == 0) return SQLITE_OK;
  return SQLITE_DENY;
}

// Counts down what one statement may do; below zero it ends.
static inline int trammel_sqlite_tick(void *left) { return --*(long long *)left < 0; }

// `left` lives as long as the connection: it is decremented about every 1000 instructions. The result is SQLite's.
static inline int trammel_sqlite_restrict(sqlite3 *database, long long *left) {
  static const int limits[][2] = {
      {SQLITE_LIMIT_LENGTH, 64 << 20},   {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},  {SQLITE_LIMIT_COLUMN, 2000},
      {SQLITE_LIMIT_EXPR_DEPTH, 100},    {SQLITE_LIMIT_COMPOUND_SELECT, 8},   {SQLITE_LIMIT_VDBE_OP, 25000},
      {SQLITE_LIMIT_FUNCTION_ARG, 8},    {SQLITE_LIMIT_ATTACHED, 0},          {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
      {SQLITE_LIMIT_VARIABLE_NUMBER, 8}, {SQLITE_LIMIT_TRIGGER_DEPTH, 1},     {SQLITE_LIMIT_WORKER_THREADS, 0},
  };
  for (size_t place = 0; place < sizeof limits / sizeof *limits; place++)
    sqlite3_limit(database, limits[place][0], limits[place][1]);
  sqlite3_extended_result_codes(database, 1);
  sqlite3_progress_handler(database, 1000, trammel_sqlite_tick, left);
  int result = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  if (!result) result = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  if (!result) result = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  if (!result) result = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  // Else "name" is a text where there is no such column.
  if (!result) result = sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  // No virtual table of any module: their readers of shadow tables are large, and nothing that is read here has one.
  if (!result) result = sqlite3_drop_modules(database, NULL);
  if (!result)
    result = sqlite3_exec(database,
                          "PRAGMA query_only=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; "
                          "PRAGMA cache_size=-8192",
                          NULL, NULL, NULL);
  if (!result) result = sqlite3_set_authorizer(database, trammel_sqlite_authorize, NULL);
  return result;
}

#endif
