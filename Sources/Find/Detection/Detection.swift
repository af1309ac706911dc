// Detection: which hosts on the wire run agents, judged from what any wire sensor saw.
//
// Pure: sessions and names go in, verdicts with their reasons come out. Stays out: decoding, time, files.
