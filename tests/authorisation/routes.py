"""Every route there is, with its gate; see `matrix` for what a line says."""

from tests.authorisation.matrix import rows

ROUTES = rows("""
GET    /                                                                        read
GET    /api/openapi.json                                                        public
GET    /api/v1/base-models                                                      read
POST   /api/v1/claim                                                            public
GET    /api/v1/dataset-versions/{version_id}                                    read
DELETE /api/v1/dataset-versions/{version_id}                                    write
GET    /api/v1/dataset-versions/{version_id}/download                           read
POST   /api/v1/dataset-versions/{version_id}/fits                               read
POST   /api/v1/dataset-versions/{version_id}/operations                         write
POST   /api/v1/dataset-versions/{version_id}/operations/preview                 read
POST   /api/v1/dataset-versions/{version_id}/profile                            write
GET    /api/v1/dataset-versions/{version_id}/profile                            read
POST   /api/v1/dataset-versions/{version_id}/recommend                          read
GET    /api/v1/dataset-versions/{version_id}/review                             read
PUT    /api/v1/dataset-versions/{version_id}/review/{row}/{column:path}         write   404
GET    /api/v1/dataset-versions/{version_id}/rows                               read
POST   /api/v1/datasets                                                         write
GET    /api/v1/datasets                                                         read
POST   /api/v1/datasets/hub                                                     write
POST   /api/v1/datasets/import                                                  write    / 404
POST   /api/v1/datasets/paste                                                   write
POST   /api/v1/datasets/sample                                                  write
POST   /api/v1/datasets/storage                                                 write
GET    /api/v1/datasets/{dataset_id}                                            read
PATCH  /api/v1/datasets/{dataset_id}                                            write
DELETE /api/v1/datasets/{dataset_id}                                            write
POST   /api/v1/datasets/{dataset_id}/versions                                   write
GET    /api/v1/evaluators                                                       read
GET    /api/v1/evaluators/{name}                                                read    404
POST   /api/v1/experiments                                                      train
GET    /api/v1/experiments                                                      read
GET    /api/v1/experiments/{experiment_id}                                      read
POST   /api/v1/experiments/{experiment_id}/cancel                               train
GET    /api/v1/goals                                                            read
GET    /api/v1/hub/datasets                                                     read    503
GET    /api/v1/hub/datasets/{repo:path}/preview                                 read    503
GET    /api/v1/hub/datasets/{repo:path}/splits                                  read    503
POST   /api/v1/invitations                                                      admin
GET    /api/v1/invitations                                                      admin
POST   /api/v1/invitations/accept                                               public
DELETE /api/v1/invitations/{invitation_id}                                      admin
GET    /api/v1/jobs                                                             read
GET    /api/v1/jobs/{job_id}                                                    read
PATCH  /api/v1/jobs/{job_id}                                                    train
POST   /api/v1/jobs/{job_id}/cancel                                             train
POST   /api/v1/jobs/{job_id}/pause                                              train
POST   /api/v1/jobs/{job_id}/resume                                             train
GET    /api/v1/losses                                                           read
GET    /api/v1/losses/{name}                                                    read
GET    /api/v1/me                                                               known
PATCH  /api/v1/me                                                               person   / 404
PUT    /api/v1/me/hub-connection                                                person
GET    /api/v1/me/hub-connection                                                known   404
DELETE /api/v1/me/hub-connection                                                person
PUT    /api/v1/me/password                                                      person
GET    /api/v1/me/notification-deliveries                                       known
GET    /api/v1/me/notification-destinations                                     known
POST   /api/v1/me/notification-destinations                                     person
GET    /api/v1/me/notification-destinations/{destination_id}                    known
DELETE /api/v1/me/notification-destinations/{destination_id}                    person
POST   /api/v1/me/notification-destinations/{destination_id}/test               person
GET    /api/v1/me/notifications                                                 known
PUT    /api/v1/me/notifications                                                 person
GET    /api/v1/me/sessions                                                      person
POST   /api/v1/me/sign-out-everywhere                                           person
GET    /api/v1/models                                                           read
GET    /api/v1/models/{model_id}                                                read
PATCH  /api/v1/models/{model_id}                                                write
DELETE /api/v1/models/{model_id}                                                write
GET    /api/v1/models/{model_id}/archive                                        read
GET    /api/v1/models/{model_id}/card                                           read
GET    /api/v1/models/{model_id}/examples                                       read    404
GET    /api/v1/models/{model_id}/files                                          read
GET    /api/v1/models/{model_id}/guard                                          read    404
POST   /api/v1/models/{model_id}/guard                                          train
POST   /api/v1/models/{model_id}/blend                                          train
POST   /api/v1/models/{model_id}/prove                                          train
GET    /api/v1/models/{model_id}/publications                                   read
POST   /api/v1/models/{model_id}/publications                                   publish   503
GET    /api/v1/models/{model_id}/card/words                                     read
PUT    /api/v1/models/{model_id}/card/words                                     write
GET    /api/v1/models/{model_id}/export                                         read    404
POST   /api/v1/models/{model_id}/export                                         train
GET    /api/v1/models/{model_id}/export/archive                                 read    404
GET    /api/v1/models/{model_id}/lineage                                        read
POST   /api/v1/models/{model_id}/search                                         embed   404
GET    /api/v1/models/{model_id}/seeds                                          read
POST   /api/v1/models/{model_id}/seen                                           train
GET    /api/v1/models/{model_id}/seen                                           read    404
GET    /api/v1/models/{model_id}/seen/map                                       read    404
POST   /api/v1/models/{model_id}/similarity                                     embed   503
POST   /api/v1/models/{model_id}/sizes                                          train
GET    /api/v1/models/{model_id}/sizes                                          read    404
POST   /api/v1/models/{model_id}/smaller                                        train
GET    /api/v1/multi-dataset-samplers                                           read
GET    /api/v1/operations                                                       read
GET    /api/v1/presets                                                          read
GET    /api/v1/projects                                                         known
POST   /api/v1/projects                                                         studio
GET    /api/v1/projects/{project_id}                                            known
PATCH  /api/v1/projects/{project_id}                                            admin
GET    /api/v1/projects/{project_id}/members                                    known
PUT    /api/v1/projects/{project_id}/members/{user_id}                          admin
DELETE /api/v1/projects/{project_id}/members/{user_id}                          admin
GET    /api/v1/publications/{publication_id}                                    read
GET    /api/v1/publications/{publication_id}/card                               read
POST   /api/v1/publications/{publication_id}/publish                            publish
GET    /api/v1/queues                                                           read
POST   /api/v1/recipes                                                          write
GET    /api/v1/recipes                                                          read
POST   /api/v1/recipes/estimate                                                 read     / 422
POST   /api/v1/recipes/validate                                                 read     / 200
GET    /api/v1/recipes/{recipe_id}                                              read
PUT    /api/v1/recipes/{recipe_id}                                              write
DELETE /api/v1/recipes/{recipe_id}                                              write
POST   /api/v1/runs                                                             train    / 422
GET    /api/v1/runs                                                             read
GET    /api/v1/runs/compare                                                     read
GET    /api/v1/runs/{run_id}                                                    read
PATCH  /api/v1/runs/{run_id}                                                    train
DELETE /api/v1/runs/{run_id}                                                    train
POST   /api/v1/runs/{run_id}/cancel                                             train
GET    /api/v1/runs/{run_id}/checkpoints                                        read
POST   /api/v1/runs/{run_id}/clone                                              train
GET    /api/v1/runs/{run_id}/cost                                               read
GET    /api/v1/runs/{run_id}/events                                             read
GET    /api/v1/runs/{run_id}/logs                                               read
GET    /api/v1/runs/{run_id}/metrics                                            read
POST   /api/v1/runs/{run_id}/pause                                              train
POST   /api/v1/runs/{run_id}/resume                                             train
POST   /api/v1/runs/{run_id}/retry                                              train
POST   /api/v1/runs/{run_id}/seeds                                              train
GET    /api/v1/runs/{run_id}/script                                             read
GET    /api/v1/runs/{run_id}/script.zip                                         read
POST   /api/v1/runs/{run_id}/shares                                             publish
GET    /api/v1/runs/{run_id}/shares                                             read
DELETE /api/v1/runs/{run_id}/shares/{share_id}                                  publish
GET    /api/v1/runs/{run_id}/system-metrics                                     read
GET    /api/v1/samplers                                                         read
GET    /api/v1/schemas/recipe                                                   read
POST   /api/v1/sign-in                                                          public
POST   /api/v1/sign-out                                                         known
GET    /api/v1/system/audit-log                                                 studio
GET    /api/v1/system/diagnostics                                               admin
GET    /api/v1/system/info                                                      read
POST   /api/v1/tokens                                                           person
GET    /api/v1/tokens                                                           person
GET    /api/v1/tokens/{token_id}                                                person
DELETE /api/v1/tokens/{token_id}                                                person
POST   /api/v1/uploads                                                          write
GET    /api/v1/uploads/{upload_id}                                              read
DELETE /api/v1/uploads/{upload_id}                                              write
POST   /api/v1/uploads/{upload_id}/complete                                     write
PUT    /api/v1/uploads/{upload_id}/head                                         write
PUT    /api/v1/uploads/{upload_id}/parts/{part}                                 write
GET    /api/v1/users                                                            studio
POST   /api/v1/users                                                            studio
GET    /api/v1/users/{user_id}                                                  studio
PATCH  /api/v1/users/{user_id}                                                  studio
GET    /api/v1/webhook-deliveries                                               admin
POST   /api/v1/webhook-deliveries/{delivery_id}/redeliver                       admin
GET    /api/v1/webhook-endpoints                                                admin
POST   /api/v1/webhook-endpoints                                                admin
GET    /api/v1/webhook-endpoints/{endpoint_id}                                  admin
PATCH  /api/v1/webhook-endpoints/{endpoint_id}                                  admin
DELETE /api/v1/webhook-endpoints/{endpoint_id}                                  admin
POST   /api/v1/webhook-endpoints/{endpoint_id}/rotate-secret                    admin
POST   /api/v1/webhook-endpoints/{endpoint_id}/test                             admin
GET    /api/v1/workers                                                          read
GET    /api/v1/workers/{worker_id}                                              read
PATCH  /api/v1/workers/{worker_id}                                              studio
DELETE /api/v1/workers/{worker_id}/quarantine                                   studio
GET    /claim/{token}                                                           public
POST   /claim/{token}                                                           public
GET    /data                                                                    read
POST   /data                                                                    write
GET    /data/changes/{job_id}                                                   read
POST   /data/changes/{job_id}/cancel                                            write
POST   /data/changes/{job_id}/resume                                            write
GET    /data/hub                                                                read    503
GET    /data/hub/{repo:path}                                                    read    503
POST   /data/hub/{repo:path}                                                    write
GET    /data/imports/{job_id}                                                   read
POST   /data/imports/{job_id}/cancel                                            write
POST   /data/imports/{job_id}/resume                                            write
POST   /data/paste                                                              write
POST   /data/sample                                                             write
POST   /data/storage                                                            write
GET    /data/{version_id}                                                       read
POST   /data/{version_id}/columns                                               read     / 303
GET    /data/{version_id}/convert                                               read
GET    /data/{version_id}/convert/{operation}                                   read
POST   /data/{version_id}/convert/{operation}                                   write
GET    /data/{version_id}/noticed                                               read     / 303
POST   /data/{version_id}/operations                                            write
POST   /data/{version_id}/profile                                               write
GET    /data/{version_id}/review/{finding}                                      read    404
POST   /data/{version_id}/review/{finding}                                      write   404
GET    /glossary                                                                read
GET    /templates                                                               read
POST   /templates                                                               train
POST   /templates/{recipe_id}/delete                                            train
POST   /runs/{run_id}/template                                                  train
GET    /runs/{run_id}/reading                                                   read
GET    /runs/{run_id}/figures.csv                                               read
GET    /runs/{run_id}/notice                                                    read
POST   /runs/{run_id}/notes                                                     train
POST   /experiments                                                             train
GET    /experiments/{experiment_id}                                             read
POST   /experiments/{experiment_id}/cancel                                      train
GET    /invitation/{token}                                                      public
POST   /invitation/{token}                                                      public
GET    /livez                                                                   public
GET    /metrics                                                                 admin
GET    /models                                                                  read
GET    /models/{model_id}                                                       read
GET    /models/{model_id}/publish                                               read
POST   /models/{model_id}/publish                                               publish
POST   /models/{model_id}/publish/preview                                       publish   503
GET    /models/{model_id}/size                                                  read
POST   /models/{model_id}/size                                                  train
POST   /models/{model_id}/size/take                                             train
GET    /models/{model_id}/card                                                  read
POST   /models/{model_id}/card                                                  write
GET    /models/{model_id}/export                                                read
POST   /models/{model_id}/export                                                train
POST   /models/{model_id}/remove                                                write
GET    /models/{model_id}/see                                                   read
POST   /models/{model_id}/see                                                   train
POST   /models/{model_id}/see/search                                            embed   404
POST   /models/{model_id}/try                                                   embed   503
GET    /plan                                                                    read
POST   /plan                                                                    read
GET    /readyz                                                                  public
GET    /runs                                                                    read
POST   /runs                                                                    train
GET    /runs/compare                                                            read
GET    /runs/{run_id}                                                           read
POST   /runs/{run_id}/cancel                                                    train
GET    /runs/{run_id}/live                                                      read
POST   /runs/{run_id}/pause                                                     train
POST   /runs/{run_id}/resume                                                    train
POST   /runs/{run_id}/retry                                                     train
POST   /runs/{run_id}/seeds                                                     train
GET    /models/{model_id}/guard                                                 read
POST   /models/{model_id}/guard                                                 train
POST   /models/{model_id}/blend                                                 train
POST   /models/{model_id}/prove                                                 train
GET    /runs/{run_id}/share                                                     read
POST   /runs/{run_id}/share                                                     publish
POST   /runs/{run_id}/share/{share_id}/withdraw                                 publish
GET    /shared/{secret}                                                         person  410
GET    /settings                                                                known
GET    /settings/account                                                        person
POST   /settings/account/name                                                   person
POST   /settings/account/password                                               person
POST   /settings/account/sessions/{session_id}/end                              person
POST   /settings/account/sign-out-everywhere                                    person
GET    /settings/audit                                                          studio
GET    /settings/hub                                                            person
POST   /settings/hub                                                            person
POST   /settings/hub/forget                                                     person
GET    /settings/notifications                                                  person
POST   /settings/notifications                                                  person
POST   /settings/notifications/email                                            person
POST   /settings/notifications/service                                          person
POST   /settings/notifications/{destination_id}/remove                          person
POST   /settings/notifications/{destination_id}/test                            person
GET    /settings/people                                                         studio
GET    /settings/people/{user_id}                                               studio
POST   /settings/people/{user_id}/password                                      studio
POST   /settings/people/{user_id}/rights                                        studio
GET    /settings/projects                                                       person
POST   /settings/projects                                                       studio
POST   /settings/projects/enter                                                 person
POST   /settings/projects/invitations                                           admin
POST   /settings/projects/invitations/{invitation_id}/revoke                    admin
POST   /settings/projects/join                                                  studio
POST   /settings/projects/members/{user_id}                                     admin
POST   /settings/projects/members/{user_id}/remove                              admin
POST   /settings/projects/name                                                  admin
GET    /settings/tokens                                                         person
POST   /settings/tokens                                                         person
POST   /settings/tokens/{token_id}/revoke                                       person
GET    /sign-in                                                                 public
POST   /sign-in                                                                 public
GET    /sign-in/oidc                                                            public
GET    /sign-in/oidc/back                                                       public
POST   /sign-out                                                                known
GET    /settings/webhooks                                                       admin
POST   /settings/webhooks                                                       admin
POST   /settings/webhooks/deliveries/{delivery_id}/redeliver                    admin
POST   /settings/webhooks/{endpoint_id}/remove                                  admin
POST   /settings/webhooks/{endpoint_id}/rotate-secret                           admin
POST   /settings/webhooks/{endpoint_id}/switch                                  admin
POST   /settings/webhooks/{endpoint_id}/test                                    admin
GET    /static/{tree}/{path:path}                                               public
POST   /language                                                                public
POST   /theme                                                                   public
POST   /v1/embeddings                                                           embed   503
GET    /v1/models                                                               embed
GET    /v1/models/{name:path}                                                   embed
GET    /welcome                                                                 read
GET    /workers                                                                 read
POST   /workers/{worker_id}/lift                                                studio
POST   /workers/{worker_id}/state                                               studio
""")
