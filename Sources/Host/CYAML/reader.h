// libyaml, of which the reader of events is used and nothing else.
#ifndef TRAMMEL_YAML_READER_H
#define TRAMMEL_YAML_READER_H

#include <yaml.h>

#endif
