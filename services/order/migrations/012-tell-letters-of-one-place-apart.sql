-- A topic that is deleted and made anew begins again at offset 0: another event at the same place is another letter.
alter table dead_letters
  drop constraint dead_letters_topic_partition_offset_key,
  add constraint dead_letters_place unique nulls not distinct (topic, partition, "offset", message_id);
